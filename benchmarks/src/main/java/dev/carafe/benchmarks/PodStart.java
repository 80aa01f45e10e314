package dev.carafe.benchmarks;

import java.time.Duration;

/// How long the parts of one pod's start took, one after the other.
///
/// @param sandbox until the pod has its network
/// @param create until its container is created
/// @param start until that runs
record PodStart(Duration sandbox, Duration create, Duration start) {
    Duration total() {
        return sandbox.plus(create).plus(start);
    }
}
