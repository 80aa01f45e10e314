package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Compares the files of one layer with its list. Each difference is one line of text; beyond a bound they are
/// only counted. For one thread, whose interrupt ends it.
final class CheckLayer {
    private static final int MAXIMUM_DIFFERENCES = 20;

    private final Directory root;
    private final boolean isDeep;
    private final OpenDirectories directories;
    private final List<String> differences = new ArrayList<>();
    private long files;
    private long bytes;

    /// @param differences of the layer from its list; none for one that is whole
    record Result(List<String> differences, long files, long bytes) {}

    private CheckLayer(Directory root, boolean isDeep) throws IOException {
        this.root = root;
        this.isDeep = isDeep;
        directories = new OpenDirectories(root.directory(""));
    }

    /// @param folder of the layer, with its files and its list
    /// @param isDeep reads the content too
    static Result run(Path folder, boolean isDeep) throws IOException {
        try (var root = Directory.open(StorePaths.files(folder))) {
            return new CheckLayer(root, isDeep).run(StorePaths.list(folder));
        } catch (ErrnoException e) {
            return new Result(List.of(String.valueOf(e.getMessage())), 0, 0);
        }
    }

    private Result run(Path list) throws IOException {
        try (directories;
                var listed = new ListedFiles(list)) {
            for (var file = listed.next(); file.isPresent(); file = listed.next()) {
                files++;
                compare(file.get());
            }
            compareCount();
        } catch (ErrnoException e) {
            throw e;
        } catch (IOException e) { // of the list
            differ(String.valueOf(e.getMessage()));
        }
        return new Result(List.copyOf(differences), files, bytes);
    }

    private void compare(ListedFiles.ListedFile file) throws IOException {
        var place = StagedTree.Place.of(file.path());
        try {
            var holder = directories.get(place.parent());
            var status = holder.status(place.name());
            if (status.isEmpty()) {
                differ(file.path() + " is missing");
                return;
            }
            var there = FileList.letter(status.get().type());
            if (file.type() == FileList.HARD_LINK) {
                if (status.get().type() == FileType.DIRECTORY || status.get().links() < 2) {
                    differ(file.path() + " is no further name of a file any more");
                }
            } else if (there != file.type()) {
                differ(file.path() + " is of another type");
            } else if (FileList.size(there, status.get(), holder, place.name()) != file.size()) {
                differ(file.path() + " is of another size");
            } else if (isDeep && FileList.checksum(there, holder, place.name()) != file.checksum()) {
                differ(file.path() + " has another content");
            }
            bytes += there == FileList.REGULAR ? status.get().size() : 0;
        } catch (ErrnoException e) {
            differ(file.path() + ": " + e.getMessage());
        }
    }

    private void compareCount() throws IOException {
        var there = new long[1];
        TreeWalk.walk(root, (_, _, _, _) -> {
            there[0]++;
            return true;
        });
        if (there[0] > files) {
            differ("there are " + (there[0] - files) + " files that it does not list");
        }
    }

    private void differ(String what) {
        if (differences.size() < MAXIMUM_DIFFERENCES) {
            differences.add(what);
        } else if (differences.size() == MAXIMUM_DIFFERENCES) {
            differences.add("and more");
        }
    }
}
