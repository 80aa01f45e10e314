package dev.carafe.daemon.config;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The files of the folder `crio.conf.d`. As in CRI-O all of them count whatever they are called, in the order of
/// their names, those of a folder where it stands among the names. Only what an editor or a package manager left
/// behind, and hidden files, are passed over, with a warning.
final class DropIns {
    private static final int MAX_FILES = 1000;
    private static final int MAX_DEPTH = 16;

    private static final List<String> LEFTOVERS = List.of(
            "~",
            ".bak",
            ".orig",
            ".rpmsave",
            ".rpmorig",
            ".rpmnew",
            ".dpkg-old",
            ".dpkg-new",
            ".dpkg-dist",
            ".dpkg-tmp",
            ".ucf-old",
            ".ucf-dist");

    private final Findings findings;
    private final List<Path> files = new ArrayList<>();

    private DropIns(Findings findings) {
        this.findings = findings;
    }

    /// In the order in which they are to be read; none when there is no such folder.
    static List<Path> in(Path folder, Findings findings) {
        var dropIns = new DropIns(findings);
        if (Files.exists(folder)) {
            dropIns.add(folder, 0);
        }
        return dropIns.files;
    }

    private void add(Path folder, int depth) {
        if (depth > MAX_DEPTH) {
            findings.wrong(Origin.file(folder), "folders may be nested " + MAX_DEPTH + " deep, and not deeper");
            return;
        }
        try {
            if (AccessRights.everyoneMayWrite(folder)) {
                findings.wrong(Origin.file(folder), AccessRights.REFUSAL);
                return;
            }
            for (var path : sorted(folder)) {
                add(path, path.getFileName().toString(), depth);
            }
        } catch (IOException e) {
            findings.unreadable(folder, e);
        }
    }

    private void add(Path path, String name, int depth) {
        if (name.startsWith(".") || LEFTOVERS.stream().anyMatch(name::endsWith)) {
            findings.warn(Origin.file(path), "a file or folder of this name is not read");
        } else if (Files.isDirectory(path)) {
            add(path, depth + 1);
        } else if (files.size() < MAX_FILES) {
            files.add(path);
        } else {
            findings.wrong(Origin.file(path), "there may be " + MAX_FILES + " files, and no more");
        }
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (var stream = Files.newDirectoryStream(folder)) {
            var paths = new ArrayList<Path>();
            stream.forEach(paths::add);
            paths.sort(Comparator.comparing(path -> path.getFileName().toString()));
            return paths;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
