package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.linux.CgroupController;
import dev.carafe.oci.RuntimeSpec;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How much of which processors a container gets. The ranges are the kernel's: beyond them it refuses or changes a
/// value, and runtimes fail on both.
final class CpuLimits {
    private static final long MINIMUM_SHARES = 2;
    private static final long MAXIMUM_SHARES = 262144;
    private static final long MINIMUM_PERIOD_MICROSECONDS = 1000;
    private static final long MAXIMUM_PERIOD_MICROSECONDS = 1_000_000;
    private static final long USUAL_PERIOD_MICROSECONDS = 100_000;
    private static final long MINIMUM_QUOTA_MICROSECONDS = 1000;
    /// Of kernel/sched (MAX_BW).
    private static final long MAXIMUM_QUOTA_MICROSECONDS = (1L << 44) - 1;
    private static final long UNLIMITED = -1;
    private static final int MAXIMUM_LIST_LENGTH = 1024;
    private static final Pattern LIST = Pattern.compile("[0-9]{1,5}(-[0-9]{1,5})?(,[0-9]{1,5}(-[0-9]{1,5})?)*");

    private CpuLimits() {}

    static Optional<RuntimeSpec.Cpu> of(LinuxContainerResources asked, Controllers controllers) {
        var shares = inRange(asked.getCpuShares(), MINIMUM_SHARES, MAXIMUM_SHARES, "cpu_shares");
        var period =
                inRange(asked.getCpuPeriod(), MINIMUM_PERIOD_MICROSECONDS, MAXIMUM_PERIOD_MICROSECONDS, "cpu_period");
        // A new control group has no quota, and crun 1.8 can't write -1 on cgroup v1.
        var quota = asked.getCpuQuota() == UNLIMITED
                ? null
                : inRange(asked.getCpuQuota(), MINIMUM_QUOTA_MICROSECONDS, MAXIMUM_QUOTA_MICROSECONDS, "cpu_quota");
        var cpus = list(asked.getCpusetCpus(), "cpuset_cpus");
        var mems = list(asked.getCpusetMems(), "cpuset_mems");
        var hasTime = (shares != null || period != null || quota != null) && controllers.canLimit(CgroupController.CPU);
        var hasSet = (cpus != null || mems != null) && controllers.canLimit(CgroupController.CPUSET);
        if (!hasTime && !hasSet) {
            return Optional.empty();
        }
        return Optional.of(new RuntimeSpec.Cpu(
                hasTime ? shares : null,
                hasTime ? quota : null,
                hasTime ? period : null,
                hasSet ? cpus : null,
                hasSet ? mems : null));
    }

    /// The same for a container that is there, and an end to the quota that it has had where none is asked for.
    static Optional<RuntimeSpec.Cpu> ofUpdate(
            LinuxContainerResources before, LinuxContainerResources asked, Controllers controllers) {
        var cpu = of(asked, controllers);
        if (before.getCpuQuota() <= 0 || asked.getCpuQuota() > 0 || !controllers.canLimit(CgroupController.CPU)) {
            return cpu;
        }
        var rest = cpu.orElse(new RuntimeSpec.Cpu(null, null, null, null, null));
        return Optional.of(new RuntimeSpec.Cpu(rest.shares(), UNLIMITED, rest.period(), rest.cpus(), rest.mems()));
    }

    /// A quota that comes to so many thousandths of a CPU in the period that is set, or in the usual one.
    static void setLimit(LinuxContainerResources.Builder limits, long thousandths) {
        var period = limits.getCpuPeriod() == 0 ? USUAL_PERIOD_MICROSECONDS : limits.getCpuPeriod();
        if (thousandths < 0 || thousandths > MAXIMUM_QUOTA_MICROSECONDS || period > MAXIMUM_PERIOD_MICROSECONDS) {
            throw ResourceLimits.invalid(
                    "cpu_quota", "no limit of " + thousandths + " thousandths in " + period + " us");
        }
        limits.setCpuPeriod(period).setCpuQuota(Math.max(MINIMUM_QUOTA_MICROSECONDS, thousandths * period / 1000));
    }

    /// The first of such a list; empty without one.
    static String first(String list) {
        return list.split("[,-]", 2)[0];
    }

    private static @Nullable Long inRange(long value, long lowest, long highest, String field) {
        if (value == 0) {
            return null;
        }
        if (value < lowest || value > highest) {
            throw ResourceLimits.invalid(field, "not from " + lowest + " to " + highest + ": " + value);
        }
        return value;
    }

    /// As cpuset(7) has lists: `0-4,9`.
    private static @Nullable String list(String text, String field) {
        if (text.isEmpty()) {
            return null;
        }
        if (text.length() > MAXIMUM_LIST_LENGTH || !LIST.matcher(text).matches()) {
            throw ResourceLimits.invalid(field, "not a list of numbers and ranges such as 0-4,9");
        }
        return text;
    }
}
