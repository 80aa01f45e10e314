package dev.carafe.engine.edit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Files of the node's in folders, looked for at each use and parsed when they have changed. Safe for all threads.
final class FolderFiles<T> {
    private static final int MAXIMUM_FILES = 1024;
    private static final int MAXIMUM_BYTES = 8 << 20;
    private static final int LONGEST_PROBLEM = 500;

    private final List<String> suffixes;
    private final Parser<T> parser;
    private final ConcurrentHashMap<Path, Known<T>> known = new ConcurrentHashMap<>();

    FolderFiles(List<String> suffixes, Parser<T> parser) {
        this.suffixes = List.copyOf(suffixes);
        this.parser = parser;
    }

    /// What a file's text means.
    @FunctionalInterface
    interface Parser<T> {
        /// @throws IOException says what is wrong, without the file's name
        T parse(Path file, String text) throws IOException;
    }

    /// A file and what it says, or why it can't be read.
    ///
    /// @param value null when there is a problem
    /// @param problem empty when there is none
    record Found<T>(Path file, @Nullable T value, String problem) {
        /// @throws IOException names the file
        T require() throws IOException {
            if (value == null) {
                throw new IOException(described());
            }
            return value;
        }

        String described() {
            return file + ": " + problem;
        }
    }

    /// By this a changed file is known.
    private record Stamp(
            FileTime modified, long bytes, @Nullable Object key) {
        static Stamp of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new IOException("not a regular file");
            }
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }
    }

    private record Known<T>(Stamp stamp, Found<T> found) {}

    /// By name; none when there is no such folder.
    List<Found<T>> in(Path folder) throws IOException {
        var files = list(folder);
        var now = new HashSet<>(files);
        known.keySet().removeIf(file -> folder.equals(file.getParent()) && !now.contains(file));
        var found = new ArrayList<Found<T>>();
        for (var file : files) {
            try {
                found.add(read(file));
            } catch (NoSuchFileException e) {
                known.remove(file); // removed since the folder was listed, or a link to nothing
            } catch (IOException e) {
                found.add(new Found<>(file, null, shown(e)));
            }
        }
        return found;
    }

    private List<Path> list(Path folder) throws IOException {
        var files = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(folder, this::isOurs)) {
            for (var entry : entries) {
                files.add(entry);
                if (files.size() > MAXIMUM_FILES) {
                    throw new IOException(folder + ": more than " + MAXIMUM_FILES + " files");
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        files.sort(null);
        return files;
    }

    private boolean isOurs(Path file) {
        var name = Objects.requireNonNull(file.getFileName()).toString();
        return suffixes.stream().anyMatch(name::endsWith);
    }

    private Found<T> read(Path file) throws IOException {
        var stamp = Stamp.of(file);
        var earlier = known.get(file);
        if (earlier != null && earlier.stamp.equals(stamp)) {
            return earlier.found;
        }
        var found = parse(file);
        if (found.value() != null) { // a problem may be another file's, and end with it
            known.put(file, new Known<>(stamp, found));
        }
        return found;
    }

    private Found<T> parse(Path file) throws IOException {
        byte[] bytes;
        try (var input = Files.newInputStream(file)) {
            bytes = input.readNBytes(MAXIMUM_BYTES + 1);
        }
        if (bytes.length > MAXIMUM_BYTES) {
            return new Found<>(file, null, "larger than " + MAXIMUM_BYTES + " bytes");
        }
        try {
            return new Found<>(file, parser.parse(file, new String(bytes, StandardCharsets.UTF_8)), "");
        } catch (IOException e) {
            return new Found<>(file, null, shown(e));
        }
    }

    private static String shown(IOException e) {
        var text = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}+", " ");
        return text.length() > LONGEST_PROBLEM ? text.substring(0, LONGEST_PROBLEM) + "…" : text;
    }
}
