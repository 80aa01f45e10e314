package dev.carafe.ttrpc;

import java.io.IOException;

/// What the other side answers in place of a result.
public final class CallException extends IOException {
    private static final long serialVersionUID = 1L;

    /// gRPC's codes.
    public static final int UNKNOWN = 2;
    public static final int DEADLINE_EXCEEDED = 4;
    public static final int NOT_FOUND = 5;
    public static final int UNIMPLEMENTED = 12;

    private final int code;

    CallException(int code, String message) {
        super(message);
        this.code = code;
    }

    public int code() {
        return code;
    }
}
