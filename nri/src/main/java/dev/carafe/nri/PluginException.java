package dev.carafe.nri;

import java.io.IOException;

/// What a plugin refuses, or what plugins ask for and can't have.
public final class PluginException extends IOException {
    private static final long serialVersionUID = 1L;

    /// gRPC's code for a call that is not there.
    static final int UNIMPLEMENTED = 12;

    /// gRPC's code for what is none of the others.
    static final int UNKNOWN = 2;

    private final int code;

    PluginException(String message) {
        this(UNKNOWN, message);
    }

    PluginException(int code, String message) {
        super(message);
        this.code = code;
    }

    boolean isUnimplemented() {
        return code == UNIMPLEMENTED;
    }

    PluginException of(String plugin, String request) {
        return new PluginException(code, "NRI plugin " + plugin + " refuses " + request + ": " + getMessage());
    }
}
