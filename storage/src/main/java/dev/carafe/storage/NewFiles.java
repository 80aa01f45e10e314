package dev.carafe.storage;

import dev.carafe.linux.Directory;
import java.io.IOException;

/// What the kernel gives a file that this process makes in a folder, so that only what differs has to be set. It
/// depends on the process and on the folder's own attributes, which therefore are set after all its files are
/// made.
///
/// @param umask the permissions it takes away
record NewFiles(int uid, int gid, int umask) {
    private static final int PERMISSIONS = 0777;
    /// Set-user-id, set-group-id and sticky: gone with a change of owner, so never given when a file is made.
    private static final int SPECIAL = 07000;

    /// Makes a directory to find out.
    static NewFiles byMaking(Directory holder, String name) throws IOException {
        holder.mkdir(name, PERMISSIONS);
        var made = holder.status(name).orElseThrow(() -> new IOException(name + " vanished"));
        return new NewFiles(made.uid(), made.gid(), PERMISSIONS & ~made.mode());
    }

    boolean areOwnedBy(int itsUid, int itsGid) {
        return uid == itsUid && gid == itsGid;
    }

    /// A file made with the mode has it.
    boolean get(int mode) {
        return (mode & (umask | SPECIAL)) == 0;
    }
}
