package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.cri.v1.Capability;
import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CapabilitySetsTest {
    private static final Set<String> DEFAULTS = Set.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FSETID",
            "CAP_FOWNER",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_KILL");

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private CapabilitySets sets() {
        return CapabilitySets.of(given.request(), given.defaults.build(), given.host.build(), given.warnings);
    }

    private Set<String> effective(List<String> add, List<String> drop) {
        given.security()
                .setCapabilities(
                        Capability.newBuilder().addAllAddCapabilities(add).addAllDropCapabilities(drop));
        return sets().effective();
    }

    private static Set<String> defaultsAnd(String more) {
        var all = new TreeSet<>(DEFAULTS);
        all.add(more);
        return all;
    }

    @Test
    void whoAsksForNothingGetsTheDefaults() {
        assertEquals(DEFAULTS, sets().effective());
        assertEquals(Set.of(), sets().inheritable());
        assertEquals(Set.of(), sets().ambient());
    }

    @Test
    void namesComeWithOrWithoutPrefixInAnyCase() {
        assertEquals(defaultsAnd("CAP_NET_RAW"), effective(List.of("net_raw"), List.of()));
        assertEquals(defaultsAnd("CAP_NET_RAW"), effective(List.of("Cap_Net_Raw"), List.of()));
    }

    @Test
    void allComesFirstSoThatSingleNamesChangeIt() {
        assertEquals(Set.of("CAP_CHOWN"), effective(List.of("CHOWN"), List.of("all")));
        var withoutChown = new TreeSet<>(CapabilityNames.all());
        withoutChown.remove("CAP_CHOWN");
        assertEquals(withoutChown, effective(List.of("ALL"), List.of("CHOWN")));
    }

    @Test
    void whatIsAddedAndDroppedIsDropped() {
        assertEquals(DEFAULTS, effective(List.of("NET_RAW"), List.of("NET_RAW")));
        assertEquals(Set.of(), effective(List.of("ALL"), List.of("ALL")));
    }

    @Test
    void ambientOnesAreInAllSets() {
        given.security()
                .setCapabilities(
                        Capability.newBuilder().addDropCapabilities("ALL").addAddAmbientCapabilities("NET_RAW"));
        var expected = Set.of("CAP_NET_RAW");
        assertEquals(new CapabilitySets(expected, expected, expected), sets());
        var spec = sets().forSpec();
        assertEquals(List.of("CAP_NET_RAW"), spec.bounding());
        assertEquals(List.of("CAP_NET_RAW"), spec.permitted());
        assertEquals(List.of("CAP_NET_RAW"), spec.ambient());
    }

    @Test
    void theConfigurationMayMakeAllInheritable() {
        given.defaults.addInheritableCapabilities = true;
        assertEquals(DEFAULTS, sets().inheritable());
        assertEquals(Set.of(), sets().ambient());
    }

    @Test
    void whatTheDaemonDoesNotHoldIsLeftOutAndToldOnce() {
        given.host.capabilities = Set.of("CAP_CHOWN", "CAP_KILL");
        given.defaults.capabilities = List.of("CHOWN", "KILL");
        assertEquals(given.host.capabilities, effective(List.of("SYS_RESOURCE"), List.of()));
        assertEquals(given.host.capabilities, effective(List.of("SYS_RESOURCE"), List.of()));
        assertEquals(
                Set.of("capability CAP_SYS_RESOURCE is not among the daemon's own: containers go without it"),
                given.warnings.told());
        assertEquals(given.host.capabilities, effective(List.of("ALL"), List.of()));
    }

    @Test
    void aPrivilegedContainerHasAllThatTheDaemonHolds() {
        given.host.capabilities = Set.of("CAP_CHOWN", "CAP_SYS_ADMIN");
        given.bePrivileged();
        assertEquals(given.host.capabilities, effective(List.of(), List.of("ALL")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CAP_", "CAP_CAP_CHOWN", "ROOT", "CHOWN "})
    void unknownNamesAreRefusedWithTheirField(String name) {
        var field = "linux.security_context.capabilities.";
        Refusals.refused(Invalid.class, field + "add_capabilities", () -> effective(List.of(name), List.of()));
        Refusals.refused(Invalid.class, field + "drop_capabilities", () -> effective(List.of(), List.of(name)));
        given.security().setCapabilities(Capability.newBuilder().addAddAmbientCapabilities(name));
        Refusals.refused(Invalid.class, field + "add_ambient_capabilities", this::sets);
    }
}
