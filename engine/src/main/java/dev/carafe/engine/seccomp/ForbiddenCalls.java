package dev.carafe.engine.seccomp;

import dev.carafe.engine.state.ContainerId;
import java.util.Optional;

/// Is told of the calls of containers that their seccomp profiles forbid. Safe for all threads.
public interface ForbiddenCalls {
    /// The container that has not ended whose id begins so.
    Optional<ContainerId> alive(String beginning);

    /// Each call, before its caller goes on. Must not block.
    void called(ContainerId id, String call);

    /// For some time there has been no other.
    ///
    /// @param calls all so far, as `chroot (1x), swapoff (2x)`
    void quiet(ContainerId id, String calls);
}
