package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.util.Map;

/// Gives files their attributes: the owner first, since a change of it takes set-user-id and capabilities away,
/// and the time last, which the others leave alone. For one thread.
final class AttributeWriter {
    private static final System.Logger LOG = System.getLogger(AttributeWriter.class.getName());

    private boolean lacksUserXattrs;

    void write(Directory holder, String name, FileType type, Attributes attributes) throws IOException {
        holder.own(name, attributes.uid(), attributes.gid());
        if (type != FileType.SYMBOLIC_LINK) {
            holder.mode(name, attributes.mode());
        }
        rest(holder, name, type, attributes);
    }

    /// For a file that was just made with the mode; what it has already is not set again.
    void writeNew(Directory holder, String name, FileType type, Attributes attributes, NewFiles newFiles)
            throws IOException {
        if (!newFiles.areOwnedBy(attributes.uid(), attributes.gid())) {
            holder.own(name, attributes.uid(), attributes.gid());
        }
        if (type != FileType.SYMBOLIC_LINK && !newFiles.get(attributes.mode())) {
            holder.mode(name, attributes.mode());
        }
        rest(holder, name, type, attributes);
    }

    private void rest(Directory holder, String name, FileType type, Attributes attributes) throws IOException {
        for (var xattr : attributes.xattrs().entrySet()) {
            xattr(holder, name, type, xattr);
        }
        holder.times(name, attributes.modified(), attributes.modified());
    }

    private void xattr(Directory holder, String name, FileType type, Map.Entry<String, byte[]> xattr)
            throws IOException {
        var isUsers = Xattrs.isUsers(xattr.getKey());
        if (isUsers && type != FileType.REGULAR && type != FileType.DIRECTORY) {
            return; // xattr(7): only files and directories may have them
        }
        try {
            holder.xattr(name, xattr.getKey(), xattr.getValue());
        } catch (ErrnoException e) {
            if (!isUsers || !e.is(Errno.EOPNOTSUPP)) {
                throw e;
            }
            if (!lacksUserXattrs) {
                LOG.log(System.Logger.Level.WARNING, "The file system has no user attributes; the layer loses its own");
                lacksUserXattrs = true;
            }
        }
    }
}
