package dev.carafe.streaming.client;

import java.util.Locale;

/// The streams of exec and attach, in the order of their numbers as WebSocket channels.
enum StreamKind {
    STDIN,
    STDOUT,
    STDERR,
    /// How it ended, as a Status object.
    ERROR,
    RESIZE;

    /// The value of SPDY's header `streamtype`.
    String header() {
        return name().toLowerCase(Locale.ROOT);
    }
}
