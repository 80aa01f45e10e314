package dev.carafe.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The state on disk is a newer version's, and was left as it is: this one can't tell what it would take away.
public final class NewerRecordException extends IOException {
    private static final long serialVersionUID = 1;

    /// @param files at least one
    NewerRecordException(List<Path> files, int schema, int known) {
        super(files.getFirst() + (files.size() > 1 ? " and " + (files.size() - 1) + " more beside it" : "")
                + ": written by a newer version, in schema " + schema + " where this one knows " + known
                + ". Nothing of it was changed. Start that version again; to go back for good, let it remove its pods "
                + "and images first (carafe wipe --force)");
    }
}
