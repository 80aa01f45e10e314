package dev.carafe.storage;

import java.io.IOException;

/// The points at which a change of the store can break. Tests fail or look at the disk there; otherwise nothing
/// happens.
enum Step {
    /// A folder for a layer is in staging.
    STAGED,
    /// All of the layer is in it.
    UNPACKED,
    /// It's on disk.
    SYNCED,
    /// It's in its place, without a record.
    RENAMED,
    /// A layer has lost its record and not its folder.
    UNRECORDED;

    interface Failpoint {
        void at(Step step) throws IOException;
    }
}
