package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileType;
import dev.carafe.storage.MergedView.Found;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All names that certain files have in a merged view. The layers of files with several links are walked once.
/// For one thread.
final class LinkNames {
    /// Names of all the files together, held in memory.
    private static final int MAXIMUM_NAMES = 100_000;

    private final MergedView view;
    private final Map<Directory, Map<Long, List<String>>> names = new HashMap<>();
    private int count;

    private LinkNames(MergedView view) {
        this.view = view;
    }

    static LinkNames of(Collection<Found> files, MergedView view) throws IOException {
        var names = new LinkNames(view);
        for (var file : files) {
            if (file.status().links() > 1) {
                names.names
                        .computeIfAbsent(file.layer(), _ -> new HashMap<>())
                        .put(file.status().inode(), new ArrayList<>());
            }
        }
        for (var layer : names.names.entrySet()) {
            names.collect(layer.getKey(), layer.getValue());
        }
        return names;
    }

    private void collect(Directory layer, Map<Long, List<String>> ofLayer) throws IOException {
        TreeWalk.walk(layer, (_, path, _, status) -> {
            var ofFile = status.type() == FileType.DIRECTORY ? null : ofLayer.get(status.inode());
            if (ofFile != null && isSeen(path, layer)) {
                if (++count > MAXIMUM_NAMES) {
                    throw new BadLayerException("its hard links mean files of more than " + MAXIMUM_NAMES + " names");
                }
                ofFile.add(path);
            }
            return true;
        });
    }

    private boolean isSeen(String path, Directory layer) throws IOException {
        return view.lookup(path).filter(found -> found.layer() == layer).isPresent();
    }

    /// Empty when layers above the file's own hide it.
    List<String> of(Found file) throws IOException {
        if (file.status().links() == 1) {
            return isSeen(file.path(), file.layer()) ? List.of(file.path()) : List.of();
        }
        return names.getOrDefault(file.layer(), Map.of())
                .getOrDefault(file.status().inode(), List.of());
    }
}
