package dev.carafe.streaming;

import java.util.List;

/// The subprotocols that WebSocket clients of Kubernetes speak.
final class WebSocketProtocols {
    /// SPDY frames in binary messages.
    static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";

    static final String FIFTH = "v5.channel.k8s.io";

    private static final List<String> COMMANDS =
            List.of(FIFTH, "v4.channel.k8s.io", "v4.base64.channel.k8s.io", "channel.k8s.io", "base64.channel.k8s.io");

    private static final List<String> FORWARDS =
            List.of(TUNNEL, "v4.channel.k8s.io", "v4.base64.channel.k8s.io", "portforward.k8s.io");

    private WebSocketProtocols() {}

    static List<String> of(Request request) {
        return request instanceof Request.PortForward ? FORWARDS : COMMANDS;
    }

    /// Channels as digits, bytes as text.
    static boolean isBase64(String protocol) {
        return protocol.contains("base64");
    }

    /// Whether the end of a command is told by a status object.
    static boolean hasStatusObject(String protocol) {
        return protocol.startsWith("v");
    }
}
