package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileType;
import dev.carafe.storage.StagedTree.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Applies layers one over another to a plain folder: what the image specification says of whiteouts, replaced
/// directories and replaced attributes by hand, all else by GNU tar.
final class Reference {
    private final Path root;

    Reference(Path root) throws IOException {
        this.root = Files.createDirectory(root);
    }

    Path root() {
        return root;
    }

    void apply(RandomStack.Layer layer, byte[] tar) throws IOException, InterruptedException {
        try (var directory = Directory.open(root)) {
            for (var path : layer.opaque) {
                empty(directory, path);
            }
            for (var path : layer.whiteouts) {
                var place = Place.of(path);
                try (var holder = directory.directory(place.parent())) {
                    holder.removeTree(place.name());
                }
            }
            for (var member : layer.members) {
                prepare(directory, member);
            }
        }
        extract(tar);
    }

    void extract(byte[] tar) throws IOException, InterruptedException {
        var archive = Files.write(root.resolveSibling("layer.tar"), tar);
        Shell.run(
                root,
                "tar",
                "--extract",
                "--file=" + archive,
                "--absolute-names",
                "--delay-directory-restore",
                "--preserve-permissions",
                "--same-owner",
                "--numeric-owner",
                "--xattrs",
                "--xattrs-include=*",
                "--exclude=.wh.*");
        Files.delete(archive);
    }

    private static void empty(Directory directory, String path) throws IOException {
        if (isDirectory(directory, path)) {
            try (var emptied = directory.directory(path)) {
                for (var name : emptied.names()) {
                    emptied.removeTree(name);
                }
            }
        }
    }

    private static boolean isDirectory(Directory directory, String path) throws IOException {
        var place = Place.of(path);
        try (var holder = directory.directory(place.parent())) {
            return holder.status(place.name())
                    .filter(status -> status.type() == FileType.DIRECTORY)
                    .isPresent();
        } catch (dev.carafe.linux.ErrnoException e) {
            return false; // the layer itself makes it
        }
    }

    /// What GNU tar would keep: a directory where a file is to be, and the attributes of a directory that gets
    /// new ones.
    private static void prepare(Directory directory, TarWriter.Member member) throws IOException {
        var path = member.name().replaceAll("/$", "");
        if (!isDirectory(directory, path)) {
            return;
        }
        var place = Place.of(path);
        try (var holder = directory.directory(place.parent())) {
            if (member.type() == '5') {
                makeAnew(holder, place.name());
            } else {
                holder.removeTree(place.name());
            }
        }
    }

    private static void makeAnew(Directory holder, String name) throws IOException {
        holder.mkdir(".anew", 0755);
        try (var old = holder.directory(name);
                var fresh = holder.directory(".anew")) {
            for (var child : old.names()) {
                old.rename(child, fresh, child);
            }
        }
        holder.removeTree(name);
        holder.rename(".anew", holder, name);
    }
}
