package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.Capability;
import dev.carafe.cri.v1.SecurityProfile;
import dev.carafe.linux.RlimitKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// What processes are whose containers we specified.
@Tag("system")
@ParameterizedClass
@ValueSource(strings = {"runc", "crun"})
final class RealProcessTest {
    private final String runtime;

    @TempDir
    private Path folder;

    private RealContainer container;
    private Given given;

    RealProcessTest(String runtime) {
        this.runtime = runtime;
    }

    @BeforeEach
    void prepare() throws IOException {
        container = new RealContainer(folder, runtime);
        given = container.given;
    }

    @AfterEach
    void remove() throws IOException {
        container.close();
    }

    @Test
    void theKubeletsContainerIsMadeAndMoreProcessesJoinIt() throws Exception {
        given.asOfTheKubelet();
        container.create();
        var status = container.exec("cat /proc/self/status");
        assertEquals("1000 1000 1000 1000", status.field("Uid"));
        assertEquals("50 1000 2000", status.field("Groups"));
        assertEquals("1", status.field("NoNewPrivs"));
        assertEquals("2", status.field("Seccomp"));
        assertEquals(Set.of("CAP_NET_BIND_SERVICE"), status.capabilities("CapBnd"));
    }

    @Test
    void theFirstProcessHasTheIdsAndGroupsAskedFor() throws Exception {
        given.security()
                .setRunAsUser(Given.number(1000))
                .setRunAsGroup(Given.number(77))
                .addSupplementalGroups(1234);
        var status = container.run("cat /proc/self/status");
        assertEquals("1000 1000 1000 1000", status.field("Uid"));
        assertEquals("77 77 77 77", status.field("Gid"));
        assertEquals("50 77 1234", status.field("Groups"));
    }

    @Test
    void capabilitiesAreTheDefaultsAndWhatIsAddedAsFarAsTheHostHasThem() throws Exception {
        given.security()
                .setCapabilities(Capability.newBuilder()
                        .addAllAddCapabilities(List.of("SYS_RESOURCE", "net_raw"))
                        .addDropCapabilities("CAP_CHOWN"));
        var expected = new TreeSet<>(Set.of("CAP_SYS_RESOURCE", "CAP_NET_RAW"));
        given.defaults.capabilities.forEach(name -> expected.add("CAP_" + name));
        expected.remove("CAP_CHOWN");
        expected.retainAll(HostFacts.detect().grantableCapabilities());

        var status = container.run("cat /proc/self/status");

        assertEquals(expected, status.capabilities("CapBnd"));
        assertEquals(expected, status.capabilities("CapEff"));
        assertEquals(Set.of(), status.capabilities("CapInh"));
    }

    @Test
    void whoDropsAllCapabilitiesHasNone() throws Exception {
        given.security().setCapabilities(Capability.newBuilder().addDropCapabilities("ALL"));
        var status = container.run("cat /proc/self/status");
        for (var field : List.of("CapBnd", "CapEff", "CapPrm", "CapInh", "CapAmb")) {
            assertEquals(Set.of(), status.capabilities(field));
        }
    }

    @Test
    void ambientCapabilitiesReachAnOrdinaryUsersProgram() throws Exception {
        given.security()
                .setRunAsUser(Given.number(1000))
                .setCapabilities(Capability.newBuilder()
                        .addDropCapabilities("ALL")
                        .addAddAmbientCapabilities("NET_BIND_SERVICE"));
        var status = container.run("cat /proc/self/status");
        assertEquals(Set.of("CAP_NET_BIND_SERVICE"), status.capabilities("CapEff"));
        assertEquals(Set.of("CAP_NET_BIND_SERVICE"), status.capabilities("CapAmb"));
    }

    @Test
    void resourceLimitsAreTheConfiguredOnesWithinWhatTheHostGives() throws Exception {
        given.defaults.ulimits = List.of("nofile=100:200", "core=0", "memlock=-1");
        var status = container.run("echo soft: $(ulimit -Sn); echo hard: $(ulimit -Hn); "
                + "echo locked: $(ulimit -Hl); echo core: $(ulimit -Hc)");
        assertEquals("100", status.field("soft"));
        assertEquals("200", status.field("hard"));
        assertEquals("0", status.field("core"));
        var bound = HostFacts.detect().hardLimits().get(RlimitKind.MEMLOCK);
        assertEquals(Long.toString((bound < 0 ? Long.MAX_VALUE : bound) / 1024), status.field("locked"));
    }

    @Test
    void theOomScoreIsTheAskedOneOrTheLowestThatTheHostGives() throws Exception {
        given.resources().setOomScoreAdj(-998);
        var lowest = HostFacts.detect().minimumOomScoreAdj();
        assertEquals(
                Math.max(-998, lowest) + "\n",
                container.run("cat /proc/self/oom_score_adj").text());
    }

    @Test
    void theDefaultFilterForbidsNamespacesAndMounts() throws Exception {
        given.security()
                .setSeccomp(SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.RuntimeDefault));
        var output = container.run("unshare -U true; mount -t tmpfs none /mnt; cat /proc/self/status");
        assertEquals("2", output.field("Seccomp"));
        assertTrue(output.has("unshare: unshare(0x10000000): Operation not permitted"), output.text());
        assertTrue(output.has("permission denied"), output.text());
    }

    @Test
    void theEnvironmentAndTheWorkingDirectoryAreTheContainers() throws Exception {
        given.image.workingDirectory = "/srv/of/the/image";
        given.environment("GREETING", "žluťoučký $kůň\n");
        var output = container.run("echo folder: $(pwd); echo greeting: \"$GREETING\"; echo host: $HOSTNAME");
        assertEquals("/srv/of/the/image", output.field("folder"));
        assertEquals("žluťoučký $kůň", output.field("greeting"));
        assertEquals("shop", output.field("host"));
    }
}
