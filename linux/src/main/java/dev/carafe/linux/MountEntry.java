package dev.carafe.linux;

import java.nio.file.Path;

/// A line of `/proc/self/mountinfo`, unescaped.
///
/// @param root the folder of the file system that is mounted; of a pinned namespace the like of `net:[4026531840]`
/// @param options of the mount and, after them, of the file system, separated by commas
/// @param propagation the optional fields, as `shared:7 master:2`; empty means private
public record MountEntry(
        int id,
        int parentId,
        String root,
        Path mountPoint,
        String type,
        String source,
        String options,
        String propagation) {}
