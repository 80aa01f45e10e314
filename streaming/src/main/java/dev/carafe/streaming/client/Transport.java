package dev.carafe.streaming.client;

/// What carries the streams to a server.
public enum Transport {
    /// As clients since Kubernetes 1.31 do it; port-forward is SPDY inside.
    WEBSOCKET,
    /// SPDY/3.1, as those before.
    SPDY
}
