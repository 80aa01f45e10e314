package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.RuntimeSpec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SeccompFilterTest {
    private static RuntimeSpec.Seccomp filter(String json, String... capabilities) {
        return new SeccompFilter("amd64", Set.of(capabilities)).of(profile(json));
    }

    private static SeccompProfile profile(String json) {
        try {
            return SeccompProfile.parse(json);
        } catch (BadJsonException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static boolean holds(String condition, String... capabilities) {
        var filter = filter(
                "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],"
                        + "\"action\":\"SCMP_ACT_ALLOW\"," + condition + "}]}",
                capabilities);
        return !filter.syscalls().isEmpty();
    }

    @Test
    void aRuleKeepsItsNamesActionAndArguments() {
        var filter = filter("""
                {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"flags":["SECCOMP_FILTER_FLAG_LOG"],
                 "architectures":["SCMP_ARCH_X86_64"],
                 "syscalls":[{"name":"socket","names":["bind"],"action":"SCMP_ACT_ERRNO","errnoRet":22,"comment":"x",
                              "args":[{"index":0,"value":16,"valueTwo":1,"op":"SCMP_CMP_EQ"}]}]}
                """);
        var argument = new RuntimeSpec.SyscallArgument(0, 16, 1, "SCMP_CMP_EQ");
        assertEquals(
                new RuntimeSpec.Seccomp(
                        "SCMP_ACT_ERRNO",
                        38,
                        List.of("SCMP_ARCH_X86_64"),
                        List.of("SECCOMP_FILTER_FLAG_LOG"),
                        null,
                        List.of(new RuntimeSpec.Syscall(
                                List.of("bind", "socket"), "SCMP_ACT_ERRNO", 22, List.of(argument)))),
                filter);
    }

    @Test
    void architecturesComeWithThoseThatTheHostRunsToo() {
        var json = """
                {"defaultAction":"SCMP_ACT_ERRNO","archMap":[
                 {"architecture":"SCMP_ARCH_AARCH64","subArchitectures":["SCMP_ARCH_ARM"]},
                 {"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86","SCMP_ARCH_X32"]}]}
                """;
        assertEquals(
                List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"),
                filter(json).architectures());
        var arm = new SeccompFilter("arm64", Set.of()).of(profile(json));
        assertEquals(List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"), arm.architectures());
        var other = new SeccompFilter("loong64", Set.of()).of(profile(json));
        assertEquals(List.of(), other.architectures());
    }

    @Test
    void includesAskForAllOfWhatTheyName() {
        assertTrue(holds("\"includes\":{}"));
        assertTrue(holds("\"includes\":{\"arches\":[\"s390x\",\"amd64\"]}"));
        assertFalse(holds("\"includes\":{\"arches\":[\"s390x\"]}"));
        assertTrue(holds("\"includes\":{\"caps\":[\"CAP_BPF\"]}", "CAP_BPF", "CAP_KILL"));
        assertFalse(holds("\"includes\":{\"caps\":[\"CAP_BPF\",\"CAP_PERFMON\"]}", "CAP_BPF"));
        assertFalse(holds("\"includes\":{\"caps\":[\"CAP_BPF\"],\"arches\":[\"s390x\"]}", "CAP_BPF"));
    }

    @Test
    void excludesNeedOnlyOneOfThem() {
        assertTrue(holds("\"excludes\":{}"));
        assertTrue(holds("\"excludes\":{\"arches\":[\"s390x\"]}"));
        assertFalse(holds("\"excludes\":{\"arches\":[\"s390x\",\"amd64\"]}"));
        assertFalse(holds("\"excludes\":{\"caps\":[\"CAP_BPF\",\"CAP_PERFMON\"]}", "CAP_BPF"));
        assertFalse(holds("\"excludes\":{\"caps\":[\"CAP_BPF\"],\"arches\":[\"s390x\"]}", "CAP_BPF"));
    }

    @Test
    void aRuleMayNeedAKernel() {
        assertTrue(holds("\"includes\":{\"minKernel\":\"3.10\"}"));
        assertFalse(holds("\"includes\":{\"minKernel\":\"9999.1\"}"));
        assertFalse(holds("\"excludes\":{\"minKernel\":\"3.10\"}"));
    }

    @ParameterizedTest
    @CsvSource({"0.1, true", "4.8, true", "4.8.1-generic, true", "9999.0, false"})
    void kernelsAreComparedByTwoNumbers(String version, boolean isThere) {
        assertEquals(isThere, KernelVersion.isAtLeast(version));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "five.one", "99999.1", "5.x"})
    void otherTextsAreNoKernels(String version) {
        assertThrows(IllegalArgumentException.class, () -> KernelVersion.isAtLeast(version));
    }
}
