package dev.carafe.streaming;

import java.util.List;

/// What a token stands for.
sealed interface Request {
    /// @param by who runs it
    record Exec(Sessions by, String containerId, List<String> command, Streams streams) implements Request {
        public Exec {
            command = List.copyOf(command);
        }
    }

    record Attach(String containerId, Streams streams) implements Request {}

    /// @param ports those that a client of the old WebSocket protocol means, which names none itself
    record PortForward(String podId, List<Integer> ports) implements Request {
        public PortForward {
            ports = List.copyOf(ports);
        }
    }
}
