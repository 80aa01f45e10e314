package dev.carafe.nri;

import dev.carafe.ttrpc.CallException;
import java.io.IOException;

/// What a plugin refuses, or what plugins ask for and can't have.
public final class PluginException extends IOException {
    private static final long serialVersionUID = 1L;

    static final int UNIMPLEMENTED = CallException.UNIMPLEMENTED;
    static final int UNKNOWN = CallException.UNKNOWN;

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
