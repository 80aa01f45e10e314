package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// Counts a tree by walking it. For one thread.
final class TreeSize {
    /// Beyond it the count stays where it is: a hostile container must not keep the daemon walking.
    private static final long MAXIMUM_FILES = 20_000_000;

    /// Names and content of files by their number of links: each name is its share of the file, so that a
    /// hard-linked file counts once without a list of those that were seen.
    private final Map<Integer, LayerInfo> byLinks = new HashMap<>();

    private LayerInfo total = new LayerInfo(0, 1);
    private long seen;

    private TreeSize() {}

    /// The content of its regular files and its inodes, itself included; what vanishes meanwhile is not counted.
    /// Of a file that has links outside the tree, the share that is within.
    static LayerInfo of(Directory root) throws IOException {
        var size = new TreeSize();
        TreeWalk.walkChanging(root, (_, _, _, status) -> size.count(status));
        var total = size.total;
        for (var linked : size.byLinks.entrySet()) {
            total = total.plus(linked.getValue().dividedBy(linked.getKey()));
        }
        return total;
    }

    private boolean count(FileStatus status) {
        var info = new LayerInfo(status.type() == FileType.REGULAR ? status.size() : 0, 1);
        if (status.type() == FileType.DIRECTORY || status.links() == 1) {
            total = total.plus(info);
        } else {
            byLinks.merge(Math.max(1, status.links()), info, LayerInfo::plus);
        }
        return ++seen < MAXIMUM_FILES;
    }
}
