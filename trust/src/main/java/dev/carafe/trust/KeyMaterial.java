package dev.carafe.trust;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Keys or certificates that a policy names by their files or holds itself. Files are read when they are
/// needed: a policy of which one scope lacks its key still serves the others.
record KeyMaterial(List<Source> sources) {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final int MOST_SOURCES = 64;

    static final KeyMaterial NONE = new KeyMaterial(List.of());

    KeyMaterial {
        sources = List.copyOf(sources);
        if (sources.size() > MOST_SOURCES) {
            throw new IllegalArgumentException("at most " + MOST_SOURCES + " keys may stand here");
        }
    }

    sealed interface Source {}

    record InFile(Path file) implements Source {}

    /// @param name where it stands, for messages
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Inline(String name, byte[] bytes) implements Source {}

    /// @param name of the file or the place in the policy, for messages
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Content(String name, byte[] bytes) {}

    boolean isEmpty() {
        return sources.isEmpty();
    }

    List<Content> read() throws PolicyException {
        var contents = new ArrayList<Content>();
        for (var source : sources) {
            contents.add(
                    switch (source) {
                        case InFile(var file) ->
                            new Content(file.toString(), BoundedFile.read(file, MAX_BYTES, "the policy's key file"));
                        case Inline(var name, var bytes) -> new Content(name, bytes);
                    });
        }
        return contents;
    }
}
