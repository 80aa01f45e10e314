package dev.carafe.storage;

import dev.carafe.linux.Mounts;
import dev.carafe.linux.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Layers with the owners of a user namespace, for as long as an overlay is mounted on them: the overlay keeps what
/// it was given, so they go when this is closed. What a crash leaves goes with the container's other mounts.
final class ShiftedFolders implements AutoCloseable {
    private static final String LAYER = "layer-";

    private final List<Path> mounted = new ArrayList<>();

    private final List<Path> folders;

    private ShiftedFolders(List<Path> folders) {
        this.folders = folders;
    }

    /// @param place where they are mounted meanwhile; made when it is needed
    static ShiftedFolders mount(List<Path> folders, UserNamespace users, Path place) throws IOException {
        if (users.isHost()) {
            return new ShiftedFolders(folders);
        }
        var targets = new ArrayList<Path>();
        for (var i = 0; i < folders.size(); i++) {
            targets.add(place.resolve(LAYER + i));
        }
        var shifted = new ShiftedFolders(List.copyOf(targets));
        try {
            for (var i = 0; i < folders.size(); i++) {
                PrivateFolders.create(targets.get(i));
                shifted.mounted.add(targets.get(i));
                Mounts.unmount(targets.get(i)); // what a crash has left
                Mounts.idMapped(folders.get(i), targets.get(i), users, false);
            }
            return shifted;
        } catch (IOException | RuntimeException e) {
            shifted.closeAfter(e);
            throw e;
        }
    }

    private void closeAfter(Exception failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    List<Path> folders() {
        return folders;
    }

    @Override
    public void close() throws IOException {
        for (var target : mounted) {
            Mounts.unmount(target);
            Files.deleteIfExists(target);
        }
    }
}
