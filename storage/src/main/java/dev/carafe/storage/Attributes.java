package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/// What a file is like besides its content.
///
/// @param xattrs all it has, those of overlayfs included
record Attributes(int mode, int uid, int gid, Instant modified, Map<String, byte[]> xattrs) {
    private static final int DEFAULT_MODE = 0755;

    /// Of a directory that no layer names.
    static Attributes unnamed() {
        return new Attributes(DEFAULT_MODE, 0, 0, Instant.EPOCH, Map.of());
    }

    static Attributes of(Directory holder, String name, FileStatus status) throws IOException {
        return new Attributes(
                status.mode(), status.uid(), status.gid(), status.modified(), new TreeMap<>(holder.xattrs(name)));
    }

    static Attributes of(MergedView.Found found) throws IOException {
        try (var holder = found.holder()) {
            return of(holder, found.name(), found.status()).withoutOverlay();
        }
    }

    /// A lower layer being opaque somewhere says nothing of the layer that takes its attributes over.
    private Attributes withoutOverlay() {
        var kept = new TreeMap<>(xattrs);
        kept.keySet().removeIf(key -> key.startsWith("trusted.overlay."));
        return new Attributes(mode, uid, gid, modified, kept);
    }

    void apply(Directory holder, String name, FileType type) throws IOException {
        holder.own(name, uid, gid);
        if (type != FileType.SYMBOLIC_LINK) {
            holder.mode(name, mode);
        }
        for (var xattr : xattrs.entrySet()) {
            holder.xattr(name, xattr.getKey(), xattr.getValue());
        }
        holder.times(name, modified, modified);
    }

    /// The same for the same attributes. Times are left out: those of a directory that a tar doesn't name are
    /// of no one's making.
    String fingerprint() {
        var text = new StringBuilder()
                .append(mode)
                .append(' ')
                .append(uid)
                .append(' ')
                .append(gid);
        new TreeMap<>(xattrs)
                .forEach((key, value) -> text.append(' ')
                        .append(key)
                        .append('=')
                        .append(HexFormat.of().formatHex(value)));
        return text.toString();
    }
}
