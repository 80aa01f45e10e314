package dev.carafe.network;

import java.io.IOException;

/// A port of the node is another pod's. The message names both.
public final class HostPortTaken extends IOException {
    HostPortTaken(String message) {
        super(message);
    }
}
