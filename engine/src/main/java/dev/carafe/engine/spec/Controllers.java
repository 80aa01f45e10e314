package dev.carafe.engine.spec;

import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import java.util.Locale;

/// Which limits of control groups this host can set. Runtimes fail on the others, so that those are left out, with a
/// warning. Safe for all threads.
record Controllers(HostFacts host, Warnings warnings) {
    boolean canLimit(CgroupController controller) {
        return orWarn(
                host.has(controller),
                "control group controller " + controller.name().toLowerCase(Locale.ROOT) + " is missing");
    }

    boolean canLimitSwap() {
        return orWarn(host.memorySwap(), "the kernel does not count swap");
    }

    boolean canLimitUnified() {
        return orWarn(host.cgroupMode() == CgroupMode.V2, "files of cgroup v2 (unified) are not here");
    }

    private boolean orWarn(boolean can, String why) {
        if (!can) {
            warnings.once(why + ": its limits are left out");
        }
        return can;
    }
}
