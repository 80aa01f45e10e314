package dev.carafe.engine.spec;

import dev.carafe.oci.RuntimeSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A filter that tells us of the calls that its rules forbid, in place of forbidding them itself. What only its
/// default action forbids stays as it is: the runtimes refuse a default that tells.
public final class SeccompNotifier {
    private static final String NOTIFY = "SCMP_ACT_NOTIFY";
    private static final Set<String> FORBIDDING =
            Set.of("SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD");

    /// By this a runtime's own process says what its descriptor is, when the filter is in force already. runc refuses
    /// to have it told.
    private static final String WRITE = "write";

    private SeccompNotifier() {}

    /// The same filter where no rule forbids anything.
    static RuntimeSpec.Seccomp in(RuntimeSpec.Seccomp filter, Path socket) {
        var told = filter.syscalls().stream().anyMatch(SeccompNotifier::isTold);
        return told
                ? new RuntimeSpec.Seccomp(
                        filter.defaultAction(),
                        filter.defaultErrnoRet(),
                        filter.architectures(),
                        filter.flags(),
                        socket.toString(),
                        rules(filter.syscalls()))
                : filter;
    }

    /// Whether the container's filter tells of calls.
    public static boolean isIn(RuntimeSpec spec) {
        var filter = spec.linux().seccomp();
        return filter != null && filter.listenerPath() != null;
    }

    private static List<RuntimeSpec.Syscall> rules(List<RuntimeSpec.Syscall> rules) {
        var changed = new ArrayList<RuntimeSpec.Syscall>();
        for (var rule : rules) {
            if (!isTold(rule)) {
                changed.add(rule);
                continue;
            }
            if (rule.names().contains(WRITE)) {
                changed.add(new RuntimeSpec.Syscall(List.of(WRITE), rule.action(), rule.errnoRet(), rule.args()));
            }
            var names =
                    rule.names().stream().filter(name -> !name.equals(WRITE)).toList();
            changed.add(new RuntimeSpec.Syscall(names, NOTIFY, null, rule.args()));
        }
        return changed;
    }

    private static boolean isTold(RuntimeSpec.Syscall rule) {
        return FORBIDDING.contains(rule.action()) && rule.names().stream().anyMatch(name -> !name.equals(WRITE));
    }
}
