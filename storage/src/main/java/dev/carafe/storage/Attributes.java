package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.IdRange;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// What a file is like besides its type and content.
///
/// @param mode permission bits, with set-user-id, set-group-id and sticky
/// @param uid 32 bits, to be read as unsigned, as is `gid`
/// @param xattrs those that a layer may bring, see [Xattrs]
record Attributes(int mode, int uid, int gid, Instant modified, Map<String, byte[]> xattrs) {
    /// Of a directory that no layer names.
    static final Attributes UNNAMED = new Attributes(0755, 0, 0, Instant.EPOCH, Map.of());

    /// Of a file that has the status.
    static Attributes of(Directory holder, String name, FileStatus status) throws IOException {
        var kept = new TreeMap<String, byte[]>();
        holder.xattrs(name).forEach((key, value) -> {
            if (Xattrs.isKept(key)) {
                kept.put(key, value);
            }
        });
        return new Attributes(status.mode(), status.uid(), status.gid(), status.modified(), kept);
    }

    /// With the owners that these are on the host.
    ///
    /// @throws IOException when they are none of the namespace's
    Attributes shifted(IdRange ids) throws IOException {
        try {
            return new Attributes(mode, ids.toHost(uid), ids.toHost(gid), modified, xattrs);
        } catch (IllegalArgumentException e) {
            throw new IOException("the root folder of the image has an owner that the pod lacks: " + e.getMessage(), e);
        }
    }

    Attributes modified(Instant time) {
        return new Attributes(mode, uid, gid, time, xattrs);
    }
}
