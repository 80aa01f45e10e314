package dev.carafe.storage;

import dev.carafe.linux.FileType;
import dev.carafe.oci.Digest;
import dev.carafe.storage.MergedView.Found;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the layers below decide of one layer.
///
/// @param directories the attributes of its assumed directories
/// @param moved assumed directories that are symbolic links below: where their files belong
/// @param links the file below that each pending hard link means
record Settlement(SortedMap<String, Attributes> directories, Map<String, String> moved, Map<String, Found> links) {
    static Settlement of(LayerRecord layer, MergedView lower) throws IOException {
        var settlement = new Settlement(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        for (var path : layer.assumed().stream().sorted().toList()) {
            settlement.directory(path, lower);
        }
        for (var link : layer.pending()) {
            settlement.links().put(link.path(), target(link, lower));
        }
        return settlement;
    }

    /// Parents come before what they hold.
    private void directory(String path, MergedView lower) throws IOException {
        var there = place(path);
        var found = lower.lookup(there);
        if (found.isPresent() && found.get().status().type() == FileType.SYMBOLIC_LINK) {
            var target = lower.resolve(there);
            if (target.isPresent() && !target.get().isEmpty()) {
                moved.put(path, target.get());
                found = lower.lookup(target.get());
            }
        } else if (!there.equals(path)) {
            moved.put(path, there);
        }
        // A file below is hidden by the directory above it, as the overlay drivers of all peers have it.
        var attributes =
                found.isPresent() && found.get().isDirectory() ? Attributes.of(found.get()) : Attributes.unnamed();
        directories.put(path, attributes);
    }

    /// Where a path of the layer is once the directories above it have moved.
    String place(String path) {
        for (var slash = path.length(); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            var target = moved.get(path.substring(0, slash));
            if (target != null) {
                return target + path.substring(slash);
            }
        }
        return path;
    }

    private static Found target(LayerRecord.Link link, MergedView lower) throws IOException {
        var slash = link.target().lastIndexOf('/');
        var parent = slash < 0 ? Optional.of("") : lower.resolve(link.target().substring(0, slash));
        var name = link.target().substring(slash + 1);
        var found = Optional.<Found>empty();
        if (parent.isPresent()) {
            found = lower.lookup(parent.get().isEmpty() ? name : parent.get() + "/" + name);
        }
        return found.filter(target -> !target.isDirectory())
                .orElseThrow(() -> new BadLayerException(
                        "hard link " + link.path() + " to " + link.target() + ", which no layer has as a file"));
    }

    /// The layer's folder can be made so by changing modes and owners only. What needs more gets its own copy,
    /// since a change that a crash cut in two could not be told from the layer's own files.
    boolean isPlain() {
        return moved.isEmpty()
                && links.isEmpty()
                && directories.values().stream()
                        .allMatch(attributes -> attributes.xattrs().isEmpty());
    }

    /// The same for two chains under which the layer looks the same, as far as it [#isPlain].
    String fingerprint() {
        var text = new StringBuilder();
        directories.forEach((path, attributes) ->
                text.append(path).append('\0').append(attributes.fingerprint()).append('\n'));
        return Digest.sha256(text.toString().getBytes(StandardCharsets.UTF_8)).hex();
    }
}
