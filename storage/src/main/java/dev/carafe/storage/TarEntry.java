package dev.carafe.storage;

import java.time.Instant;
import java.util.Map;

/// One member of a tar archive, its extended headers applied.
///
/// @param name as the archive has it, bytes that are no UTF-8 escaped as in [dev.carafe.linux.FileNames]
/// @param mode permission bits, with set-user-id, set-group-id and sticky
/// @param uid 32 bits, to be read as unsigned, as is `gid`
/// @param size of the content that follows in the archive; 0 for all but regular files
/// @param xattrs as named, unfiltered
record TarEntry(
        Type type,
        String name,
        String linkName,
        int mode,
        int uid,
        int gid,
        long size,
        Instant modified,
        int major,
        int minor,
        Map<String, byte[]> xattrs) {
    enum Type {
        REGULAR,
        HARD_LINK,
        SYMBOLIC_LINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        DIRECTORY,
        FIFO
    }
}
