package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// All that can be seen of each file of a tree, a line each, to be compared with another tree's.
final class TreeListing {
    private final Predicate<String> timeCounts;
    private final Predicate<String> linksCount;
    private final SortedMap<String, String> lines = new TreeMap<>();
    private final Map<Long, List<String>> linked = new HashMap<>();

    private TreeListing(Predicate<String> timeCounts, Predicate<String> linksCount) {
        this.timeCounts = timeCounts;
        this.linksCount = linksCount;
    }

    static SortedMap<String, String> of(Path root) throws IOException {
        return of(root, _ -> true, _ -> true);
    }

    /// @param timeCounts of the directory with this path; that of files always counts
    /// @param linksCount the number of links of the file with this path
    static SortedMap<String, String> of(Path root, Predicate<String> timeCounts, Predicate<String> linksCount)
            throws IOException {
        var listing = new TreeListing(timeCounts, linksCount);
        try (var directory = Directory.open(root)) {
            TreeWalk.walk(directory, (holder, path, name, status) -> {
                listing.add(holder, path, name, status);
                return true;
            });
        }
        for (var names : listing.linked.values()) {
            names.sort(null);
            names.forEach(name -> listing.lines.merge(name, " linked=" + names, String::concat));
        }
        return listing.lines;
    }

    private void add(Directory holder, String path, String name, FileStatus status) throws IOException {
        var line = new StringBuilder()
                .append(status.type())
                .append(" mode=" + Integer.toOctalString(status.mode()))
                .append(" owner=" + Integer.toUnsignedString(status.uid()) + ":"
                        + Integer.toUnsignedString(status.gid()));
        if (status.type() != FileType.DIRECTORY || timeCounts.test(path)) {
            line.append(" modified=" + status.modified());
        }
        if (status.type() != FileType.DIRECTORY) {
            line.append(linksCount.test(path) ? " links=" + status.links() : "");
            linked.computeIfAbsent(status.inode(), _ -> new ArrayList<>()).add(path);
        }
        new TreeMap<>(holder.xattrs(name))
                .forEach((key, value) ->
                        line.append(" " + key + "=").append(HexFormat.of().formatHex(value)));
        switch (status.type()) {
            case REGULAR -> line.append(" size=" + status.size() + " content=" + hash(holder, name));
            case SYMBOLIC_LINK -> line.append(" target=" + holder.readlink(name));
            case CHARACTER_DEVICE, BLOCK_DEVICE -> line.append(" device=" + status.major() + "/" + status.minor());
            case DIRECTORY, FIFO, SOCKET -> {}
        }
        lines.put(path, line.toString());
    }

    private static String hash(Directory holder, String name) throws IOException {
        try (var file = holder.openFile(name)) {
            var sha256 = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[64 << 10];
            for (var n = file.read(buffer, 0, buffer.length); n > 0; n = file.read(buffer, 0, buffer.length)) {
                sha256.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(sha256.digest(), 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
