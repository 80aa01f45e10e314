package dev.carafe.storage;

import java.io.IOException;

/// The points at which a change of the store can break. Tests fail or look at the disk there; otherwise nothing
/// happens.
enum Step {
    STAGED,
    UNPACKED,
    SYNCED,
    RENAMED,
    SETTLING,
    SETTLED;

    interface Failpoint {
        void at(Step step) throws IOException;
    }
}
