package dev.carafe.linux;

import java.io.IOException;

/// The kernel refused a call. The message reads `umount2 /run/x: EBUSY (Device or resource busy)`.
public final class ErrnoException extends IOException {
    private final String call;
    private final String subject;
    private final int errno;

    /// `subject` is what the call was about, mostly a path; empty when there is nothing to name.
    public ErrnoException(String call, String subject, int errno) {
        super(call + (subject.isEmpty() ? "" : " " + subject) + ": " + Errno.name(errno) + " (" + Errno.text(errno)
                + ")");
        this.call = call;
        this.subject = subject;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public String subject() {
        return subject;
    }

    public int errno() {
        return errno;
    }

    public boolean is(int other) {
        return errno == other;
    }
}
