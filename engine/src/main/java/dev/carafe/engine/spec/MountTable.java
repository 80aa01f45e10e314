package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.MountEntry;
import dev.carafe.linux.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The host's mounts, asked how they pass on what is mounted below them.
record MountTable(List<MountEntry> entries) {
    MountTable {
        entries = List.copyOf(entries);
    }

    static MountTable read() throws IOException {
        return new MountTable(Mounts.read());
    }

    /// @throws Invalid when what the container mounts could not reach the host
    void requireShared(Path path) {
        var mount = mountOf(path);
        if (!mount.propagation().contains("shared:")) {
            throw new Invalid("mounts.propagation: PROPAGATION_BIDIRECTIONAL needs a shared mount, but " + path
                    + " is on " + mount.mountPoint() + ", which is not");
        }
    }

    /// @throws Invalid when what the host mounts could not reach the container
    void requireSharedOrSlave(Path path) {
        var mount = mountOf(path);
        if (!mount.propagation().contains("shared:") && !mount.propagation().contains("master:")) {
            throw new Invalid("mounts.propagation: PROPAGATION_HOST_TO_CONTAINER needs a shared or slave mount, but "
                    + path + " is on " + mount.mountPoint() + ", which is private");
        }
    }

    /// The deepest mount point above the path; of several mounts on it the last, which covers the others.
    private MountEntry mountOf(Path path) {
        return entries.stream()
                .filter(entry -> path.startsWith(entry.mountPoint()))
                .reduce((best, next) ->
                        next.mountPoint().getNameCount() < best.mountPoint().getNameCount() ? best : next)
                .orElseThrow(() -> new Invalid("mounts.propagation: " + path + " is on no mount of this host"));
    }
}
