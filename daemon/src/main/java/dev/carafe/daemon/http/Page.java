package dev.carafe.daemon.http;

/// An answer.
///
/// @param type of its content
public record Page(int status, String type, String text) {
    private static final int OK = 200;
    private static final int FIRST_STATUS = 100;
    private static final int LAST_STATUS = 599;

    public Page {
        if (status < FIRST_STATUS || status > LAST_STATUS) {
            throw new IllegalArgumentException("no status of HTTP: " + status);
        }
    }

    public static Page json(String text) {
        return new Page(OK, "application/json", text);
    }

    public static Page text(String text) {
        return new Page(OK, "text/plain; charset=utf-8", text);
    }

    /// @param why a line for people
    public static Page refused(int status, String why) {
        return new Page(status, "text/plain; charset=utf-8", why + "\n");
    }
}
