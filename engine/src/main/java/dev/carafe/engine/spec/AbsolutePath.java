package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Paths that requests, images and configurations name, as texts that the kernel could take.
final class AbsolutePath {
    /// PATH_MAX of limits.h without its NUL.
    private static final int MAXIMUM_BYTES = 4095;
    /// NAME_MAX.
    private static final int MAXIMUM_NAME_BYTES = 255;

    private AbsolutePath() {}

    /// The path as it was written, not normalized.
    ///
    /// @throws Invalid says what is wrong after the field's name
    static Path of(String text, String field) {
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            throw new Invalid(field + ": " + e.getMessage());
        }
    }

    /// Where a path leads in a root file system when no link is in its way; a relative one starts at the root.
    static Path inRoot(String text, String field) {
        return of(text.startsWith("/") ? text : "/" + text, field).normalize();
    }

    /// @throws IllegalArgumentException says what is wrong
    static Path parse(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("not an absolute path: " + text);
        }
        if (bytes(text) > MAXIMUM_BYTES) {
            throw new IllegalArgumentException("a path longer than " + MAXIMUM_BYTES + " bytes");
        }
        var path = path(text);
        for (var name : path) {
            if (bytes(name.toString()) > MAXIMUM_NAME_BYTES) {
                throw new IllegalArgumentException("a name longer than " + MAXIMUM_NAME_BYTES + " bytes: " + text);
            }
        }
        return path;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not a path (" + e.getReason() + "): " + text.replace('\0', '?'), e);
        }
    }
}
