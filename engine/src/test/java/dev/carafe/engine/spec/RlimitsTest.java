package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Rlimit;
import dev.carafe.linux.RlimitKind;
import dev.carafe.oci.RuntimeSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RlimitsTest {
    private final TestDefaults defaults = new TestDefaults();
    private final TestHostFacts host = new TestHostFacts();
    private final Warnings warnings = new Warnings();

    private List<RuntimeSpec.Rlimit> limits(String... ulimits) {
        defaults.ulimits = List.of(ulimits);
        return Rlimits.of(defaults.build(), host.build(), warnings);
    }

    private static RuntimeSpec.Rlimit limit(RlimitKind kind, long hard, long soft) {
        return RuntimeSpec.Rlimit.of("RLIMIT_" + kind, hard, soft);
    }

    @Test
    void withoutConfigurationTheyAreTheDaemonsOwn() {
        assertEquals(List.of(), limits());
    }

    @Test
    void namesComeInBothFormsAndTheLastOfAKindCounts() {
        assertEquals(
                List.of(limit(RlimitKind.NPROC, 20, 10), limit(RlimitKind.NOFILE, 5, 5)),
                limits("nofile=1:2", "RLIMIT_NPROC=10:20", "NoFile=5"));
    }

    @Test
    void noLimitIsTheHighestUnsignedNumber() {
        var core = limits("core=0:-1").getFirst();
        assertEquals(limit(RlimitKind.CORE, Rlimit.UNLIMITED, 0), core);
        assertEquals("18446744073709551615", core.hard().toString());
    }

    @Test
    void beyondWhatTheDaemonCanGiveTheyAreItsOwnAndThatIsTold() {
        host.hardLimits.put(RlimitKind.NOFILE, 1000L);
        assertEquals(List.of(limit(RlimitKind.NOFILE, 1000, 10)), limits("nofile=10:2000"));
        assertEquals(List.of(limit(RlimitKind.NOFILE, 1000, 1000)), limits("nofile=-1"));
        assertEquals(2, warnings.told().size());
        assertEquals(List.of(limit(RlimitKind.NOFILE, 1000, 1000)), limits("nofile=1000"));
        assertEquals(2, warnings.told().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nofile",
                "nofile=",
                "=1",
                "nofile=1:2:3",
                "nofile=2:1",
                "nofile=-1:5",
                "nofile=-2",
                "files=1",
                "nofile=x"
            })
    void wrongEntriesNameTheKey(String entry) {
        var wrong = assertThrows(IllegalArgumentException.class, () -> Ulimit.parse(entry));
        assertTrue(wrong.getMessage().startsWith("default_ulimits: " + entry + ": "), wrong.getMessage());
    }

    @Test
    void minusOneIsTheKernelsInfinity() {
        assertEquals(new Ulimit(RlimitKind.MEMLOCK, 5, Rlimit.UNLIMITED), Ulimit.parse("memlock=5:-1"));
    }
}
