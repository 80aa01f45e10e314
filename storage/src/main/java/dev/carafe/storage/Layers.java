package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The unpacked layers, each kept once under its diffID, whatever images it is part of. A layer that [#contains]
/// knows is whole, verified and on disk, also after a crash; of one that failed or was interrupted nothing stays.
/// Any thread may call; calls for different layers don't wait for each other.
public final class Layers implements AutoCloseable {
    /// Of a digest in a thread's name.
    private static final int SHORT_DIGITS = 12;

    private final LayerFolders folders;
    private final AdditionalStores additional;
    private final StorePaths paths;
    private final UnpackLayer unpackLayer;
    private final SettleLayer settleLayer;
    private final OpenArchive openArchive;
    private final Turns<Digest> turns = new Turns<>();
    private final Map<Digest, Integer> leases = new HashMap<>();

    private Layers(StorePaths paths, LayerFolders folders, AdditionalStores additional, LayerLimits limits) {
        this.paths = paths;
        this.folders = folders;
        this.additional = additional;
        unpackLayer = new UnpackLayer(folders, limits);
        settleLayer = new SettleLayer(folders);
        openArchive = new OpenArchive(folders, limits);
    }

    /// Removes what a crash left half done. One process at a time may have the store open.
    public static Layers open(StorageConfig config) throws IOException {
        return open(config, LayerLimits.defaults(), _ -> {});
    }

    static Layers open(StorageConfig config, LayerLimits limits, Step.Failpoint failpoint) throws IOException {
        var paths = StorePaths.of(config);
        var additional = AdditionalStores.open(config);
        return new Layers(paths, LayerFolders.open(paths, additional, failpoint), additional, limits);
    }

    /// Whether the layer is here, and not only in an additional store.
    public boolean contains(Digest diffId) {
        return folders.layer(diffId).isPresent();
    }

    /// The layers that neither this store has nor, where they stand in the chain, an additional one.
    ///
    /// @param chain bottom first
    public Set<Digest> missing(List<Digest> chain) {
        var chainIds = ChainIds.of(chain);
        var missing = new HashSet<Digest>();
        for (var i = 0; i < chain.size(); i++) {
            if (!contains(chain.get(i))
                    && additional.find(chain.get(i), chainIds.get(i)).isEmpty()) {
                missing.add(chain.get(i));
            }
        }
        return missing;
    }

    /// The layers that this store itself has not.
    public Set<Digest> missingHere(List<Digest> chain) {
        return chain.stream().filter(diffId -> !contains(diffId)).collect(Collectors.toSet());
    }

    private Optional<FoundLayer> find(Digest diffId, Digest chainId) {
        return folders.find(diffId, chainId).or(() -> additional.find(diffId, chainId));
    }

    /// Where a layer's bytes come from.
    public interface Source {
        /// Begins to fetch them. Asked only when the layer is missing and nobody else is bringing it.
        InputStream open() throws IOException, InterruptedException;
    }

    /// An archive of images, perhaps compressed as a whole by gzip or zstd: then it takes its uncompressed size of the
    /// store's disk until it is closed.
    ///
    /// @throws BadLayerException when it is no tar, or damaged
    public TarArchive openArchive(Path file) throws IOException, InterruptedException {
        return OwnThread.call("archive", () -> openArchive.run(file));
    }

    /// Unpacks a layer unless it is there; who wants one that another call is bringing waits for that, and brings
    /// it itself only where that failed. The stream is read to its end before the layer becomes visible, so that
    /// what its owner checks at the end counts, and closed in any case. The media type is not asked what the
    /// compression is, since the bytes say it.
    public void unpack(Digest diffId, String mediaType, Source source) throws IOException, InterruptedException {
        try (var _ = turns.take(diffId)) {
            if (contains(diffId)) {
                return;
            }
            try (var compressed = source.open()) {
                unpack(diffId, mediaType, compressed);
            }
        }
    }

    private void unpack(Digest diffId, String mediaType, InputStream compressed)
            throws IOException, InterruptedException {
        try {
            OwnThread.call("unpack-" + diffId.hex().substring(0, SHORT_DIGITS), () -> {
                unpackLayer.run(diffId, compressed);
                return diffId;
            });
        } catch (IOException e) {
            throw about(diffId + " (" + mediaType + ")", e);
        }
    }

    private static IOException about(String layer, IOException e) {
        var message = "layer " + layer + ": " + e.getMessage();
        return e instanceof BadLayerException ? new BadLayerException(message, e) : new IOException(message, e);
    }

    /// Until it is closed, [#collect] spares these layers. Take it before asking [#contains].
    public Lease lease(Collection<Digest> diffIds) {
        var leased = Set.copyOf(diffIds);
        synchronized (leases) {
            leased.forEach(diffId -> leases.merge(diffId, 1, Integer::sum));
        }
        return new Lease(() -> release(leased));
    }

    private void release(Set<Digest> leased) {
        synchronized (leases) {
            leased.forEach(diffId -> leases.computeIfPresent(diffId, (_, count) -> count == 1 ? null : count - 1));
        }
    }

    /// Finishes what in these layers depends on those below: to be called once all are there and before the chain
    /// is used. Costs nothing when nothing is to be done. Idempotent; a crash within is healed by the next call.
    ///
    /// @param chain bottom first
    public void settle(List<Digest> chain) throws IOException, InterruptedException {
        requireAll(chain);
        var chainIds = ChainIds.of(chain);
        for (var i = 0; i < chain.size(); i++) {
            if (contains(chain.get(i)) && !folders.isSettled(chain.get(i), chainIds.get(i))) {
                settle(chain.subList(0, i + 1), chainIds.subList(0, i + 1));
            }
        }
    }

    private void settle(List<Digest> chain, List<Digest> chainIds) throws IOException, InterruptedException {
        var diffId = chain.getLast();
        try (var _ = turns.take(diffId)) {
            var last = chain.size() - 1;
            var isOpaque = folders.layer(diffId).filter(LayerRecord::rootOpaque).isPresent();
            var lower =
                    isOpaque ? List.<Path>of() : lowerDirectories(chain.subList(0, last), chainIds.subList(0, last));
            OwnThread.call("settle-" + diffId.hex().substring(0, SHORT_DIGITS), () -> {
                settleLayer.run(chain, chainIds.getLast(), lower);
                return diffId;
            });
        } catch (IOException e) {
            throw about(diffId.toString(), e);
        }
    }

    /// Whether all layers of the chain are in the store, or an additional one, and settled above one another.
    ///
    /// @param chain bottom first
    public boolean areSettled(List<Digest> chain) {
        var chainIds = ChainIds.of(chain);
        for (var i = 0; i < chain.size(); i++) {
            if (find(chain.get(i), chainIds.get(i)).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /// What an overlay mount of the chain takes, topmost first. A layer that stands twice in the chain is given
    /// once, at its upper place, which decides all it holds; and nothing is given that a layer above hides whole.
    /// At least one folder, be it an empty one.
    ///
    /// @param chain bottom first, settled
    public List<Path> lowerDirectories(List<Digest> chain) throws IOException {
        requireAll(chain);
        if (!areSettled(chain)) {
            throw new IOException("layer " + chain.getLast() + " and those below it are not settled");
        }
        var lower = lowerDirectories(chain, ChainIds.of(chain));
        return lower.isEmpty() ? List.of(paths.empty()) : lower;
    }

    private List<Path> lowerDirectories(List<Digest> chain, List<Digest> chainIds) throws IOException {
        var lower = new ArrayList<Path>();
        var seen = new HashSet<Digest>();
        for (var i = chain.size() - 1; i >= 0; i--) {
            var layer = find(chain.get(i), chainIds.get(i));
            if (layer.isEmpty()) {
                throw new IOException("layer " + chain.get(i) + " is not in the store");
            }
            if (seen.add(chain.get(i))) {
                lower.addAll(layer.get().lower());
            }
            if (layer.get().rootOpaque()) {
                break;
            }
        }
        return lower;
    }

    /// The folder of the layer whose root directory says what that of the chain is like: the topmost whose tar
    /// has a member for it.
    Optional<Path> rootFolder(List<Digest> chain) {
        return inChain(chain).reversed().stream()
                .filter(FoundLayer::rootNamed)
                .findFirst()
                .map(FoundLayer::files);
    }

    private List<FoundLayer> inChain(List<Digest> chain) {
        var chainIds = ChainIds.of(chain);
        var found = new ArrayList<FoundLayer>();
        for (var i = 0; i < chain.size(); i++) {
            find(chain.get(i), chainIds.get(i)).ifPresent(found::add);
        }
        return found;
    }

    /// Of the chain's layers together, wherever they are, each counted once; what is missing counts nothing.
    public LayerInfo usage(List<Digest> chain) {
        var folders = new HashSet<Path>();
        return inChain(chain).stream()
                .filter(layer -> folders.add(layer.files()))
                .map(FoundLayer::info)
                .reduce(new LayerInfo(0, 0), LayerInfo::plus);
    }

    public Optional<LayerInfo> info(Digest diffId) {
        return folders.layer(diffId).map(LayerRecord::info);
    }

    /// Of all layers together, without those of additional stores.
    public LayerInfo usage() {
        var usage = new LayerInfo(0, 0);
        for (var layer : folders.layers().values()) {
            usage = usage.plus(layer.info());
        }
        for (var copy : folders.settled().values()) {
            usage = usage.plus(copy.info());
        }
        return usage;
    }

    /// Of the layer's uncompressed tar.
    ///
    /// @throws IOException where it can't be made again
    public long tarBytes(Digest diffId) throws IOException {
        if (!contains(diffId)) {
            throw new IOException("layer " + diffId
                    + " is not in the store itself; layers of additional stores can't be made into a tar again");
        }
        var bytes = folders.layer(diffId).map(LayerRecord::tarBytes);
        if (bytes.isEmpty() || bytes.get() == TarRecipe.NONE) {
            throw new IOException("layer " + diffId + " can't be made into a tar again, "
                    + (bytes.isEmpty()
                            ? "since an earlier version unpacked it; remove the images that have it and pull them again"
                            : "since it is too large or replaces too many of its own files"));
        }
        return bytes.get();
    }

    /// Makes the tar of a layer again, byte for byte. Until it returns, what the target has may be wrong. To be
    /// called with a lease.
    public void writeTar(Digest diffId, WritableByteChannel target) throws IOException, InterruptedException {
        tarBytes(diffId);
        try {
            OwnThread.call("tar-" + diffId.hex().substring(0, SHORT_DIGITS), () -> {
                RebuildTar.run(paths.layer(diffId), diffId, target);
                return diffId;
            });
        } catch (IOException e) {
            throw about(diffId.toString(), e);
        }
    }

    /// Deletes the layers that are neither used nor leased. They are gone when it returns, also after a crash; a
    /// thread of its own gives their space back afterwards. A failure with one layer doesn't spare the others.
    ///
    /// @param used asked at moments when no lease can end unseen: what a lease protected until its image was in
    ///     the index is in the answer. It must not block
    public void collect(Supplier<Set<Digest>> used) throws IOException, InterruptedException {
        var failures = new Failures();
        for (var diffId : unused(folders.layers().keySet(), used)) {
            try (var _ = turns.take(diffId)) {
                failures.collect(() -> deleteUnused(diffId, used));
            }
        }
        folders.trash().empty();
        failures.rethrow();
    }

    private void deleteUnused(Digest diffId, Supplier<Set<Digest>> used) throws IOException {
        if (!hideUnused(diffId, used)) {
            return;
        }
        try {
            folders.delete(diffId);
        } catch (IOException e) {
            throw new IOException("deleting layer " + diffId + ": " + e.getMessage(), e);
        }
    }

    AdditionalStores additional() {
        return additional;
    }

    /// What is on disk, for a check of it while nobody else has the store.
    LayerFolders folders() {
        return folders;
    }

    /// Returns when the space of all that was deleted is given back.
    void awaitReclaimed() throws InterruptedException {
        folders.trash().awaitEmpty();
    }

    /// Ends the reclaiming of space, which the next to open the store goes on with.
    @Override
    public void close() {
        folders.trash().close();
    }

    private Set<Digest> unused(Set<Digest> candidates, Supplier<Set<Digest>> used) {
        synchronized (leases) {
            var unused = new HashSet<>(candidates);
            unused.removeAll(used.get());
            unused.removeAll(leases.keySet());
            return unused;
        }
    }

    /// It may have been asked for since, and even have come into use. Once it is hidden, whoever asks for it
    /// finds it missing.
    private boolean hideUnused(Digest diffId, Supplier<Set<Digest>> used) {
        synchronized (leases) {
            var isUnused = !unused(Set.of(diffId), used).isEmpty();
            if (isUnused) {
                folders.hide(diffId);
            }
            return isUnused;
        }
    }

    private void requireAll(List<Digest> chain) throws IOException {
        var missing = missing(chain);
        if (!missing.isEmpty()) {
            throw new IOException("layer " + missing.iterator().next() + " is not in the store");
        }
    }
}
