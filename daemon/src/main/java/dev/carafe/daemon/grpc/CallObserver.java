package dev.carafe.daemon.grpc;

import java.time.Duration;

/// Is told of calls. Must not block.
public interface CallObserver {
    CallObserver NONE = new CallObserver() {
        @Override
        public void ended(String operation, Duration took, boolean failed) {}

        @Override
        public void eventsLost() {}
    };

    /// @param operation the CRI's name of the call
    void ended(String operation, Duration took, boolean failed);

    /// A caller of GetContainerEvents was too slow and is sent away.
    void eventsLost();
}
