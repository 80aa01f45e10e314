package dev.carafe.engine.spec;

/// What becomes of the volumes that an image declares (the key `image_volumes`).
public enum ImageVolumes {
    /// A folder in the container's own root file system.
    MKDIR,
    /// An empty folder outside of it, which goes with the container; writable also where the root is not.
    BIND,
    IGNORE
}
