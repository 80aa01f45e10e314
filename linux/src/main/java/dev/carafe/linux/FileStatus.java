package dev.carafe.linux;

import java.time.Instant;

/// What lstat(2) says of a file.
///
/// @param mode the permission bits with set-user-id, set-group-id and sticky (07777), without the type
/// @param major the device that a device file stands for, as is `minor`; 0 for others
public record FileStatus(
        FileType type,
        int mode,
        int uid,
        int gid,
        long size,
        long inode,
        int links,
        Instant modified,
        int major,
        int minor) {}
