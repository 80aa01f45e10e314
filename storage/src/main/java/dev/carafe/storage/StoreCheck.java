package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Verifies a store that no daemon has open: each layer against the list that was written when it was unpacked. Like
/// each start it first takes up what a crash left half done. For one thread, whose interrupt ends it.
public final class StoreCheck implements AutoCloseable {
    private final Layers layers;
    private final ImageIndex index;
    private final ContainerRoots roots;
    private final StorePaths paths;

    /// A layer that is not what it was.
    ///
    /// @param name its diffID, or the ChainID of what it got from the layers below
    /// @param differences a line each, the first ones
    /// @param images that have it, by their IDs
    /// @param containers that stand on it, by their ids
    public record DamagedLayer(String name, List<String> differences, List<Digest> images, List<String> containers) {
        public DamagedLayer {
            differences = List.copyOf(differences);
            images = List.copyOf(images);
            containers = List.copyOf(containers);
        }

        public boolean isInUse() {
            return !containers.isEmpty();
        }
    }

    /// What a check found.
    ///
    /// @param records that could not be used when the store was opened, and were set aside or removed then
    /// @param layers how many were compared
    /// @param files in them
    public record Report(List<String> records, List<DamagedLayer> damaged, int layers, long files, long bytes) {
        public Report {
            records = List.copyOf(records);
            damaged = List.copyOf(damaged);
        }

        public boolean isClean() {
            return records.isEmpty() && damaged.isEmpty();
        }
    }

    private StoreCheck(StorePaths paths, Layers layers, ImageIndex index, ContainerRoots roots) {
        this.paths = paths;
        this.layers = layers;
        this.index = index;
        this.roots = roots;
    }

    public static StoreCheck open(StorageConfig config) throws IOException {
        var layers = Layers.open(config);
        try {
            var index = ImageIndex.open(config, layers);
            var roots = ContainerRoots.open(config, layers);
            return new StoreCheck(StorePaths.of(config), layers, index, roots);
        } catch (IOException e) {
            layers.close();
            throw e;
        }
    }

    /// @param isDeep also reads all content, at the speed of the disk
    public Report run(boolean isDeep) throws IOException {
        var run = new Run(isDeep);
        for (var diffId : byName(layers.folders().layers().keySet()).values()) {
            run.compare(diffId.toString(), paths.layer(diffId), users(diffId));
            var tarBytes =
                    layers.folders().layer(diffId).map(LayerRecord::tarBytes).orElse(TarRecipe.NONE);
            if (tarBytes != TarRecipe.NONE) {
                run.compareTar(diffId, paths.layer(diffId), tarBytes, users(diffId));
            }
        }
        for (var settled : layers.folders().settled().entrySet()) {
            if (settled.getValue().patched()) {
                run.compare(
                        settled.getKey().toString(),
                        paths.patch(settled.getKey()),
                        usersOfChain(settled.getValue().digests()));
            }
        }
        var records = new ArrayList<>(layers.folders().dropped());
        records.addAll(index.dropped());
        return new Report(records, run.damaged, run.compared, run.files, run.bytes);
    }

    private static Map<String, Digest> byName(Set<Digest> digests) {
        var byName = new TreeMap<String, Digest>();
        digests.forEach(digest -> byName.put(digest.toString(), digest));
        return byName;
    }

    private Users users(Digest diffId) {
        return new Users(
                index.own().stream()
                        .filter(image -> image.diffIds().contains(diffId))
                        .map(StoredImage::id)
                        .toList(),
                roots.standingOn(diffId));
    }

    private Users usersOfChain(List<Digest> chain) {
        return new Users(
                index.own().stream()
                        .filter(image -> startsWith(image.diffIds(), chain))
                        .map(StoredImage::id)
                        .toList(),
                roots.standingOn(chain));
    }

    static boolean startsWith(List<Digest> all, List<Digest> beginning) {
        return all.size() >= beginning.size()
                && all.subList(0, beginning.size()).equals(beginning);
    }

    private record Users(List<Digest> images, List<String> containers) {}

    private static final class Run {
        private final boolean isDeep;
        private final List<DamagedLayer> damaged = new ArrayList<>();
        private int compared;
        private long files;
        private long bytes;

        Run(boolean isDeep) {
            this.isDeep = isDeep;
        }

        void compare(String name, Path folder, Users users) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while checking the store");
            }
            var result = CheckLayer.run(folder, isDeep);
            compared++;
            files += result.files();
            bytes += result.bytes();
            if (!result.differences().isEmpty()) {
                damaged.add(new DamagedLayer(name, result.differences(), users.images, users.containers));
            }
        }

        /// Where nothing else is wrong with the layer: that would be the reason.
        void compareTar(Digest diffId, Path folder, long tarBytes, Users users) throws IOException {
            var name = diffId.toString();
            if (damaged.stream().anyMatch(layer -> layer.name.equals(name))) {
                return;
            }
            var difference = CheckRecipe.run(folder, diffId, tarBytes, isDeep);
            difference.ifPresent(
                    what -> damaged.add(new DamagedLayer(name, List.of(what), users.images, users.containers)));
        }
    }

    /// Removes the damaged layers that no container stands on, and the images that have them, and nothing else: they
    /// have to be pulled again.
    ///
    /// @return the damaged layers that stay, since they are in use
    public List<DamagedLayer> repair(Report report) throws IOException {
        var failures = new Failures();
        var removed = new HashSet<Digest>();
        for (var layer : report.damaged()) {
            if (!layer.isInUse()) {
                layer.images().stream().filter(removed::add).forEach(id -> failures.collect(() -> index.remove(id)));
                failures.collect(() -> remove(Digest.parse(layer.name())));
            }
        }
        failures.rethrow();
        return report.damaged().stream().filter(DamagedLayer::isInUse).toList();
    }

    /// Layers that no image has and no container stands on, and that are older: what a pull left that never came to
    /// its end. A start of the daemon deletes them whatever their age.
    public Set<Digest> unused(Instant before) throws IOException {
        var unused = new HashSet<Digest>();
        for (var diffId : layers.folders().layers().keySet()) {
            var users = users(diffId);
            if (users.images.isEmpty()
                    && users.containers.isEmpty()
                    && Files.getLastModifiedTime(paths.layer(diffId))
                            .toInstant()
                            .isBefore(before)) {
                unused.add(diffId);
            }
        }
        return unused;
    }

    public void removeUnused(Set<Digest> unused) throws IOException {
        var failures = new Failures();
        unused.forEach(diffId -> failures.collect(() -> layers.folders().delete(diffId)));
        failures.rethrow();
    }

    /// Whichever it names; a ChainID of one layer is that layer's diffID, and such a chain has nothing below.
    private void remove(Digest name) throws IOException {
        if (layers.contains(name)) {
            layers.folders().delete(name);
        } else {
            layers.folders().deleteSettled(name);
        }
    }

    /// Waits a while for the space of what was removed.
    @Override
    public void close() {
        layers.close();
    }
}
