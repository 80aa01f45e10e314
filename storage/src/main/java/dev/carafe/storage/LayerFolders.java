package dev.carafe.storage;

import dev.carafe.linux.DiskSpace;
import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The folders of layers and their records, kept in step: a folder is renamed into place before its record is
/// written and deleted after its record is. What is in memory is what the disk durably says. Any thread, but each
/// digest by one at a time (see [Turns]).
final class LayerFolders implements LayerSource {
    private static final System.Logger LOG = System.getLogger(LayerFolders.class.getName());
    static final String SETTLED_PREFIX = "settled-";
    private static final JsonType<LayerRecord> LAYER = Jsonb.instance().type(LayerRecord.class);
    private static final JsonType<SettledRecord> SETTLED = Jsonb.instance().type(SettledRecord.class);

    private final StorePaths paths;
    private final RecordFolder records;
    private final SharedSync sync;
    private final Trash trash;
    private final List<String> dropped = new ArrayList<>();
    private final Step.Failpoint failpoint;
    private final Map<Digest, LayerRecord> layers = new ConcurrentHashMap<>();
    private final Map<Digest, SettledRecord> settled = new ConcurrentHashMap<>();
    private final KnownLayers known;

    /// Folders without a record that a container stands on: they stay, and a layer that comes again is theirs.
    private final Set<Path> kept = ConcurrentHashMap.newKeySet();

    private LayerFolders(StorePaths paths, RecordFolder records, Step.Failpoint failpoint) {
        this.paths = paths;
        this.records = records;
        this.failpoint = failpoint;
        known = new KnownLayers(paths, layers, settled);
        sync = new SharedSync(paths.layers());
        trash = new Trash(paths.staging());
    }

    /// Deletes whatever a crash left half done.
    ///
    /// @param elsewhere where layers may be that ours stand on
    static LayerFolders open(StorePaths paths, LayerSource elsewhere, Step.Failpoint failpoint) throws IOException {
        for (var folder : paths.layerFolders()) {
            PrivateFolders.create(folder);
        }
        var records = RecordFolder.open(paths.layerRecords(), LayerRecord.SCHEMA);
        var folders = new LayerFolders(paths, records, failpoint);
        folders.load(elsewhere);
        folders.deleteUnrecorded();
        folders.trash.takeAll();
        return folders;
    }

    private void load(LayerSource elsewhere) throws IOException {
        var contents = records.readAll();
        for (var damaged : contents.damaged()) {
            dropped(damaged.name(), damaged.why());
        }
        for (var document : contents.documents().entrySet()) {
            if (!load(document.getKey(), document.getValue())) {
                dropped(document.getKey(), "it does not fit its folder");
                records.delete(document.getKey());
            }
        }
        for (var copy : Map.copyOf(settled).entrySet()) {
            if (!isThere(copy.getValue().digests(), elsewhere)) {
                settled.remove(copy.getKey());
                records.delete(settledName(copy.getKey()));
            }
        }
    }

    private boolean isThere(List<Digest> chain, LayerSource elsewhere) {
        var chainIds = ChainIds.of(chain);
        var isThere = layers.containsKey(chain.getLast());
        for (var i = 0; i < chain.size() - 1; i++) {
            isThere &= layers.containsKey(chain.get(i))
                    || elsewhere.find(chain.get(i), chainIds.get(i)).isPresent();
        }
        return isThere;
    }

    private void dropped(String record, String why) {
        dropped.add(record + ": " + why);
        LOG.log(System.Logger.Level.WARNING, "Layer is dropped record={0} why={1}", record, why);
    }

    private boolean load(String name, String json) {
        try {
            return name.startsWith(SETTLED_PREFIX)
                    ? loadSettled(name, ForeignJson.read(json, SETTLED::fromJson))
                    : loadLayer(name, ForeignJson.read(json, LAYER::fromJson));
        } catch (BadJsonException | IllegalArgumentException _) {
            return false;
        }
    }

    private boolean loadLayer(String name, LayerRecord record) {
        var diffId = Digest.parse(record.diffId());
        var fits = name.equals(layerName(diffId))
                && Files.isDirectory(files(diffId))
                && (!record.unsettled() || Files.exists(StorePaths.unsettled(paths.layer(diffId))));
        if (fits) {
            layers.put(diffId, record);
        }
        return fits;
    }

    private boolean loadSettled(String name, SettledRecord record) {
        var chainIds = ChainIds.of(record.digests());
        if (chainIds.isEmpty()) {
            return false;
        }
        var chainId = chainIds.getLast();
        var isThere = !record.patched() || Files.isDirectory(StorePaths.files(paths.patch(chainId)));
        var fits = name.equals(settledName(chainId)) && isThere;
        if (fits) {
            settled.put(chainId, record);
        }
        return fits;
    }

    private void deleteUnrecorded() throws IOException {
        var recorded = new HashSet<Path>();
        layers.keySet().forEach(diffId -> recorded.add(paths.layer(diffId)));
        settled.forEach((chainId, record) -> {
            if (record.patched()) {
                recorded.add(paths.patch(chainId));
            }
        });
        var unrecorded = new ArrayList<Path>();
        for (var folder : paths.foldersOfLayers()) {
            try (var all = Files.newDirectoryStream(folder)) {
                all.forEach(one -> {
                    if (!recorded.contains(one)) {
                        unrecorded.add(one);
                    }
                });
            }
        }
        if (!unrecorded.isEmpty()) {
            deleteAllBut(FoldersInUse.read(paths), unrecorded);
        }
    }

    private void deleteAllBut(Set<Path> inUse, List<Path> unrecorded) throws IOException {
        for (var folder : unrecorded) {
            if (inUse.contains(folder)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Layer has no record and stays for a container folder={0}",
                        folder);
                kept.add(folder);
            } else {
                trash.take(folder);
            }
        }
    }

    /// Records that were found unusable when the store was opened, and why.
    List<String> dropped() {
        return List.copyOf(dropped);
    }

    Optional<LayerRecord> layer(Digest diffId) {
        return Optional.ofNullable(layers.get(diffId));
    }

    Map<Digest, LayerRecord> layers() {
        return Map.copyOf(layers);
    }

    /// By ChainID.
    Map<Digest, SettledRecord> settled() {
        return Map.copyOf(settled);
    }

    /// Whether the layer, as the topmost of the chain whose ChainID this is, has all from the layers below.
    boolean isSettled(Digest diffId, Digest chainId) {
        return settled.containsKey(chainId)
                || layer(diffId).filter(LayerRecord::unsettled).isEmpty();
    }

    @Override
    public Optional<FoundLayer> find(Digest diffId, Digest chainId) {
        return known.find(diffId, chainId);
    }

    Path files(Digest diffId) {
        return StorePaths.files(paths.layer(diffId));
    }

    /// Of a layer that has any.
    Unsettled unsettled(Digest diffId) throws IOException {
        return Unsettled.read(StorePaths.unsettled(paths.layer(diffId)));
    }

    Staging stage() throws IOException {
        var staging = created();
        try {
            failpoint.at(Step.STAGED);
        } catch (IOException e) {
            staging.close();
            throw e;
        }
        return staging;
    }

    private Staging created() throws IOException {
        try {
            return Staging.create(trash);
        } catch (IOException e) {
            throw DiskSpace.explained(e, paths.layers());
        }
    }

    void publish(Staging staged, Digest diffId, LayerRecord record) throws IOException, InterruptedException {
        publish(staged, paths.layer(diffId), layerName(diffId), LAYER.toJson(record));
        layers.put(diffId, record);
    }

    void publish(Staging staged, Digest chainId, SettledRecord record) throws IOException, InterruptedException {
        publish(staged, paths.patch(chainId), settledName(chainId), SETTLED.toJson(record));
        settled.put(chainId, record);
    }

    private void publish(Staging staged, Path target, String name, String json)
            throws IOException, InterruptedException {
        failpoint.at(Step.UNPACKED);
        sync.sync();
        failpoint.at(Step.SYNCED);
        if (kept.contains(target)) {
            write(name, json); // of the same content; what was unpacked again is deleted
            kept.remove(target);
            return;
        }
        staged.moveTo(target);
        failpoint.at(Step.RENAMED);
        write(name, json);
        staged.commit();
    }

    void recordSettled(Digest chainId, SettledRecord record) throws IOException {
        write(settledName(chainId), SETTLED.toJson(record));
        settled.put(chainId, record);
    }

    /// A record of which it is not sure that the disk has it is taken back.
    private void write(String name, String json) throws IOException {
        try {
            records.write(name, json);
        } catch (IOException e) {
            try {
                records.delete(name);
            } catch (IOException another) {
                e.addSuppressed(another);
            }
            throw e;
        }
    }

    /// What was deleted goes on to give its space back, also what could not before.
    Trash trash() {
        return trash;
    }

    /// From now on the layer counts as gone; [#delete] follows.
    void hide(Digest diffId) {
        layers.remove(diffId);
    }

    void delete(Digest diffId) throws IOException {
        hide(diffId);
        for (var copy : settled().entrySet()) {
            if (copy.getValue().chain().contains(diffId.toString())) {
                deleteSettled(copy.getKey());
            }
        }
        records.delete(layerName(diffId));
        failpoint.at(Step.UNRECORDED);
        trash.take(paths.layer(diffId));
    }

    void deleteSettled(Digest chainId) throws IOException {
        settled.remove(chainId);
        records.delete(settledName(chainId));
        failpoint.at(Step.UNRECORDED);
        trash.take(paths.patch(chainId));
    }

    static String layerName(Digest diffId) {
        return diffId.algorithm() + "-" + diffId.hex();
    }

    static String settledName(Digest chainId) {
        return SETTLED_PREFIX + chainId.hex();
    }
}
