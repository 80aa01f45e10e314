package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;

/// How soon the kernel's out-of-memory killer takes the container (proc_pid_oom_score_adj(5)).
final class OomScore {
    private static final int BOUND = 1000;

    private OomScore() {}

    /// What was asked for, or the lowest that the daemon can give.
    static int of(SpecRequest request, HostFacts host, Warnings warnings) {
        var asked = request.resources().getOomScoreAdj();
        if (asked < -BOUND || asked > BOUND) {
            throw new Invalid("linux.resources.oom_score_adj: not from -1000 to 1000: " + asked);
        }
        if (asked < host.minimumOomScoreAdj()) {
            warnings.once("oom_score_adj below " + host.minimumOomScoreAdj()
                    + " needs CAP_SYS_RESOURCE: containers get that instead");
        }
        return Math.max((int) asked, host.minimumOomScoreAdj());
    }
}
