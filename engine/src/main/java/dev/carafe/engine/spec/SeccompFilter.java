package dev.carafe.engine.spec;

import dev.carafe.engine.Unsupported;
import dev.carafe.oci.RuntimeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A profile's rules that hold for one container on this host, as the runtime spec has them.
///
/// @param architecture in Go's and the image spec's words (`amd64`)
record SeccompFilter(String architecture, Set<String> capabilities) {
    private static final String NOTIFY = "SCMP_ACT_NOTIFY";
    private static final Set<String> ACTIONS = Set.of(
            "SCMP_ACT_ALLOW",
            "SCMP_ACT_ERRNO",
            "SCMP_ACT_KILL",
            "SCMP_ACT_KILL_PROCESS",
            "SCMP_ACT_KILL_THREAD",
            "SCMP_ACT_LOG",
            "SCMP_ACT_TRACE",
            "SCMP_ACT_TRAP");
    private static final Map<String, String> NATIVE = Map.of(
            "amd64", "SCMP_ARCH_X86_64",
            "arm64", "SCMP_ARCH_AARCH64",
            "ppc64le", "SCMP_ARCH_PPC64LE",
            "riscv64", "SCMP_ARCH_RISCV64",
            "s390x", "SCMP_ARCH_S390X");

    /// @throws IllegalArgumentException says what is wrong with the profile
    RuntimeSpec.Seccomp of(SeccompProfile profile) {
        check(profile.defaultAction());
        if (!profile.listenerPath().isEmpty()) {
            throw notifyUnsupported();
        }
        var syscalls = new ArrayList<RuntimeSpec.Syscall>();
        for (var rule : profile.syscalls()) {
            if (holds(rule)) {
                syscalls.add(syscall(rule));
            }
        }
        return new RuntimeSpec.Seccomp(
                profile.defaultAction(),
                profile.defaultErrnoRet(),
                architectures(profile),
                profile.flags(),
                null,
                syscalls);
    }

    private List<String> architectures(SeccompProfile profile) {
        if (!profile.architectures().isEmpty()) {
            return profile.architectures();
        }
        var own = NATIVE.getOrDefault(architecture, "");
        for (var map : profile.archMap()) {
            if (map.architecture().equals(own)) {
                var all = new ArrayList<String>();
                all.add(own);
                all.addAll(map.subArchitectures());
                return all;
            }
        }
        return List.of();
    }

    private boolean holds(SeccompProfile.Rule rule) {
        return includes(rule.includes()) && !excludes(rule.excludes());
    }

    /// All that is named must be so.
    private boolean includes(SeccompProfile.@Nullable Condition condition) {
        return condition == null
                || ((condition.arches().isEmpty() || condition.arches().contains(architecture))
                        && capabilities.containsAll(condition.caps())
                        && (condition.minKernel().isEmpty() || KernelVersion.isAtLeast(condition.minKernel())));
    }

    /// One of what is named is enough.
    private boolean excludes(SeccompProfile.@Nullable Condition condition) {
        return condition != null
                && (condition.arches().contains(architecture)
                        || condition.caps().stream().anyMatch(capabilities::contains)
                        || (!condition.minKernel().isEmpty() && KernelVersion.isAtLeast(condition.minKernel())));
    }

    private static RuntimeSpec.Syscall syscall(SeccompProfile.Rule rule) {
        check(rule.action());
        if (rule.allNames().isEmpty()) {
            throw new IllegalArgumentException("a rule of the seccomp profile names no system call");
        }
        var arguments = rule.args().stream()
                .map(argument -> new RuntimeSpec.SyscallArgument(
                        argument.index(), argument.value(), argument.valueTwo(), argument.op()))
                .toList();
        return new RuntimeSpec.Syscall(rule.allNames(), rule.action(), rule.errnoRet(), arguments);
    }

    private static void check(String action) {
        if (action.equals(NOTIFY)) {
            throw notifyUnsupported();
        }
        if (!ACTIONS.contains(action)) {
            throw new IllegalArgumentException("the seccomp profile has an unknown action: " + action);
        }
    }

    private static Unsupported notifyUnsupported() {
        return new Unsupported("seccomp profiles that notify a listener (SCMP_ACT_NOTIFY) are not supported yet");
    }
}
