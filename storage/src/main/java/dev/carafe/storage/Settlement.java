package dev.carafe.storage;

import dev.carafe.storage.MergedView.Found;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the layers below decide of one layer.
///
/// @param unnamed directories that the layer doesn't name
/// @param directories what those of them are like that are there below
/// @param moved unnamed directories that are symbolic links below: where their files belong
/// @param links the file that each unsettled hard link means
record Settlement(
        Set<String> unnamed,
        SortedMap<String, Attributes> directories,
        Map<String, String> moved,
        SortedMap<String, Found> links) {

    /// @param view of the layer above those below it
    static Settlement of(Unsettled unsettled, MergedView view) throws IOException {
        var settlement = new Settlement(unsettled.directories(), new TreeMap<>(), new HashMap<>(), new TreeMap<>());
        var lower = view.below();
        for (var path : unsettled.directories()) {
            settlement.directory(path, lower);
        }
        for (var link : unsettled.links().entrySet()) {
            settlement.links().put(link.getKey(), target(link.getKey(), link.getValue(), view));
        }
        return settlement;
    }

    /// Parents come before what they hold.
    private void directory(String path, MergedView lower) throws IOException {
        var there = place(path);
        var found = lower.lookup(there);
        if (found.isPresent() && found.get().isSymbolicLink()) {
            var target = lower.resolve(there);
            if (target.isPresent()) {
                there = target.get();
                // What is seen of the root is the container's own.
                found = there.isEmpty() ? Optional.empty() : lower.lookup(there);
            }
        }
        if (!there.equals(path)) {
            moved.put(path, there);
        }
        // A file below is hidden by the directory above it, as the overlay drivers of all peers have it.
        if (found.isPresent() && found.get().isDirectory()) {
            directories.put(path, found.get().attributes());
        }
    }

    /// Where a path of the layer is once the directories above it have moved.
    String place(String path) {
        if (moved.isEmpty()) {
            return path;
        }
        for (var end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            var target = moved.get(path.substring(0, end));
            if (target != null) {
                var rest = path.substring(end);
                return target.isEmpty() && !rest.isEmpty() ? rest.substring(1) : target + rest;
            }
        }
        return path;
    }

    /// What was there when the link was made: the layer had no such file then. Where none below has one either,
    /// it came later in the layer's own tar.
    private static Found target(String path, String target, MergedView view) throws IOException {
        for (var from : List.of(view.below(), view)) {
            var found = from.find(target);
            if (found.isPresent() && !found.get().isDirectory()) {
                return found.get();
            }
        }
        throw new BadLayerException("hard link " + path + " to " + target + ", which no layer has as a file");
    }

    /// The layer is right as it is.
    boolean isEmpty() {
        return directories.isEmpty() && moved.isEmpty() && links.isEmpty();
    }
}
