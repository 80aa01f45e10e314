package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the built-in profile lets through.
final class BuiltInSeccompTest {
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;

    private static SeccompProfile profile() throws IOException {
        try (var resource = Seccomp.class.getResourceAsStream("seccomp.json")) {
            return SeccompProfile.parse(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static RuntimeSpec.Seccomp filter(String... capabilities) throws IOException {
        return new SeccompFilter("amd64", Set.of(capabilities)).of(profile());
    }

    /// The actions for a call, first by its arguments and without them.
    private static List<String> actions(RuntimeSpec.Seccomp filter, String call) {
        return filter.syscalls().stream()
                .filter(rule -> rule.names().contains(call))
                .map(rule -> rule.action().substring("SCMP_ACT_".length())
                        + (rule.errnoRet() == null ? "" : " " + rule.errnoRet())
                        + (rule.args().isEmpty() ? "" : " if"))
                .distinct()
                .toList();
    }

    @Test
    void whatItDoesNotKnowLooksLikeAnOlderKernel() throws IOException {
        assertEquals("SCMP_ACT_ERRNO", filter().defaultAction());
        assertEquals(ENOSYS, filter().defaultErrnoRet());
        assertEquals(List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"), filter().architectures());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "read",
                "openat2",
                "execve",
                "futex",
                "futex_waitv",
                "mmap",
                "epoll_pwait2",
                "faccessat2",
                "statx",
                "clock_gettime64",
                "rseq",
                "memfd_secret",
                "landlock_create_ruleset",
                "ptrace",
                "pidfd_open",
                "close_range",
                "mbind",
                "set_mempolicy",
                "uretprobe",
                "statmount",
                "fchmodat2",
                "setxattrat"
            })
    void ordinaryProgramsAreNotHindered(String call) throws IOException {
        assertEquals(List.of("ALLOW"), actions(filter(), call));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keyctl",
                "add_key",
                "request_key",
                "io_uring_setup",
                "userfaultfd",
                "kexec_load",
                "uselib",
                "vm86"
            })
    void someCallsAreForNobody(String call) throws IOException {
        assertEquals(List.of("ERRNO " + EPERM), actions(filter(), call));
        assertEquals(
                List.of("ERRNO " + EPERM), actions(filter(CapabilityNames.all().toArray(String[]::new)), call));
    }

    @ParameterizedTest
    @CsvSource({
        "mount,             CAP_SYS_ADMIN",
        "umount2,           CAP_SYS_ADMIN",
        "unshare,           CAP_SYS_ADMIN",
        "setns,             CAP_SYS_ADMIN",
        "move_mount,        CAP_SYS_ADMIN",
        "fanotify_init,     CAP_SYS_ADMIN",
        "bpf,               CAP_BPF",
        "bpf,               CAP_SYS_ADMIN",
        "perf_event_open,   CAP_PERFMON",
        "perf_event_open,   CAP_SYS_ADMIN",
        "syslog,            CAP_SYSLOG",
        "open_by_handle_at, CAP_DAC_READ_SEARCH",
        "reboot,            CAP_SYS_BOOT",
        "chroot,            CAP_SYS_CHROOT",
        "init_module,       CAP_SYS_MODULE",
        "acct,              CAP_SYS_PACCT",
        "kcmp,              CAP_SYS_PTRACE",
        "pidfd_getfd,       CAP_SYS_PTRACE",
        "iopl,              CAP_SYS_RAWIO",
        "clock_settime,     CAP_SYS_TIME",
        "vhangup,           CAP_SYS_TTY_CONFIG",
        "move_pages,        CAP_SYS_NICE"
    })
    void administrationIsForThoseWhoMay(String call, String capability) throws IOException {
        assertEquals(List.of("ERRNO " + EPERM), actions(filter(), call));
        assertEquals(List.of("ALLOW"), actions(filter(capability), call));
    }

    @Test
    void cloneMakesProcessesButNamespacesOnlyForAdministrators() throws IOException {
        assertEquals(List.of("ALLOW if", "ERRNO 1 if"), actions(filter(), "clone"));
        var flags = 0L;
        for (var rule : filter().syscalls()) {
            if (rule.names().contains("clone") && rule.action().equals("SCMP_ACT_ERRNO")) {
                flags |= rule.args().getFirst().valueTwo();
            }
        }
        var allowed = filter().syscalls().stream()
                .filter(rule -> rule.names().contains("clone") && rule.action().equals("SCMP_ACT_ALLOW"))
                .toList();
        assertEquals(
                List.of(new RuntimeSpec.SyscallArgument(0, flags, 0, "SCMP_CMP_MASKED_EQ")),
                allowed.getFirst().args());
        // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of sched.h.
        assertEquals(0x7e020000L, flags);
        assertEquals(List.of("ALLOW"), actions(filter("CAP_SYS_ADMIN"), "clone"));
    }

    @Test
    void clone3IsMissingSoThatLibrariesFallBackToClone() throws IOException {
        assertEquals(List.of(), actions(filter(), "clone3"));
        assertEquals(List.of("ALLOW"), actions(filter("CAP_SYS_ADMIN"), "clone3"));
    }

    @Test
    void socketsOfTheHypervisorAreForbidden() throws IOException {
        assertEquals(List.of("ALLOW if", "ERRNO 1 if"), actions(filter(), "socket"));
    }

    @Test
    void noCallIsAllowedInTwoPlacesOrBothAllowedAndForbidden() throws IOException {
        for (var capabilities : List.of(Set.<String>of(), CapabilityNames.all())) {
            var seen = new HashSet<String>();
            var twice = new ArrayList<String>();
            for (var rule : filter(capabilities.toArray(String[]::new)).syscalls()) {
                for (var call : rule.names()) {
                    if (rule.args().isEmpty()
                            && !seen.add(call)
                            && rule.action().equals("SCMP_ACT_ERRNO")) {
                        twice.add(call);
                    }
                }
            }
            assertEquals(List.of(), twice);
        }
    }
}
