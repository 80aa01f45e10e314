/// Exec, attach and port-forward: the HTTP server that the kubelet sends kubectl to, speaking SPDY/3.1 and WebSocket.
/// It knows
/// nothing of pods and containers but what `Sessions` lends to it.
@NullMarked
package dev.carafe.streaming;

import org.jspecify.annotations.NullMarked;
