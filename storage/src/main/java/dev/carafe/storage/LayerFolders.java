package dev.carafe.storage;

import dev.carafe.oci.Digest;
import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The folders of layers and their records, kept in step: a folder is renamed into place before its record is
/// written and deleted after its record is. What is in memory is what the disk durably says. Any thread, but
/// each digest by one at a time (see [Turns]).
final class LayerFolders {
    private static final System.Logger LOG = System.getLogger(LayerFolders.class.getName());
    private static final String SETTLED_PREFIX = "settled-";
    private static final JsonType<LayerRecord> LAYER = Jsonb.instance().type(LayerRecord.class);
    private static final JsonType<SettledRecord> SETTLED = Jsonb.instance().type(SettledRecord.class);

    private final StorePaths paths;
    private final RecordFolder records;
    private final SharedSync sync;
    private final Step.Failpoint failpoint;
    private final Map<Digest, LayerRecord> layers = new ConcurrentHashMap<>();
    private final Map<Digest, SettledRecord> settled = new ConcurrentHashMap<>();

    private LayerFolders(StorePaths paths, RecordFolder records, Step.Failpoint failpoint) {
        this.paths = paths;
        this.records = records;
        this.failpoint = failpoint;
        sync = new SharedSync(paths.layers());
    }

    /// Deletes whatever a crash left half done.
    static LayerFolders open(StorePaths paths, Step.Failpoint failpoint) throws IOException {
        for (var folder : List.of(paths.layers(), paths.staging(), paths.settledLayers(), paths.empty())) {
            PrivateFolders.create(folder);
        }
        var records = RecordFolder.open(paths.layerRecords(), LayerRecord.SCHEMA);
        var folders = new LayerFolders(paths, records, failpoint);
        folders.load();
        folders.deleteUnrecorded();
        Staging.empty(paths.staging());
        return folders;
    }

    private void load() throws IOException {
        var contents = records.readAll();
        for (var damaged : contents.damaged()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Record of a layer is damaged, the layer is dropped record={0} why={1}",
                    damaged.name(),
                    damaged.why());
        }
        for (var document : contents.documents().entrySet()) {
            if (!load(document.getKey(), document.getValue())) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Record of a layer does not fit its folder, the layer is dropped record={0}",
                        document.getKey());
                records.delete(document.getKey());
            }
        }
        settled.entrySet().removeIf(copy -> !isWhole(copy.getValue()));
    }

    private boolean load(String name, String json) {
        try {
            if (name.startsWith(SETTLED_PREFIX)) {
                var record = SETTLED.fromJson(json);
                var chain =
                        ChainIds.of(record.chain().stream().map(Digest::parse).toList());
                settled.put(chain.getLast(), record);
                return name.equals(settledName(chain.getLast()))
                        && Files.isDirectory(files(paths.settledLayer(chain.getLast())));
            }
            var record = LAYER.fromJson(json);
            var diffId = Digest.parse(record.diffId());
            if (!name.equals(layerName(diffId)) || !Files.isDirectory(files(paths.layer(diffId)))) {
                return false;
            }
            layers.put(diffId, record);
            return true;
        } catch (JsonException | IllegalArgumentException _) {
            return false;
        }
    }

    private boolean isWhole(SettledRecord copy) {
        return copy.chain().stream().map(Digest::parse).allMatch(layers::containsKey);
    }

    private void deleteUnrecorded() throws IOException {
        try (var algorithms = Files.newDirectoryStream(paths.layers(), Files::isDirectory)) {
            for (var algorithm : algorithms) {
                if (!algorithm.equals(paths.staging()) && !algorithm.equals(paths.empty())) {
                    deleteUnrecorded(algorithm);
                }
            }
        }
    }

    private void deleteUnrecorded(Path algorithm) throws IOException {
        try (var folders = Files.newDirectoryStream(algorithm)) {
            for (var folder : folders) {
                var isRecorded = layers.keySet().stream().map(paths::layer).anyMatch(folder::equals)
                        || settled.keySet().stream().map(paths::settledLayer).anyMatch(folder::equals);
                if (!isRecorded) {
                    Staging.delete(paths.staging(), folder);
                }
            }
        }
    }

    Optional<LayerRecord> layer(Digest diffId) {
        return Optional.ofNullable(layers.get(diffId));
    }

    Map<Digest, LayerRecord> layers() {
        return Map.copyOf(layers);
    }

    Map<Digest, SettledRecord> settled() {
        return Map.copyOf(settled);
    }

    /// The lower directory of the topmost layer of the chain whose ChainID this is.
    Path lower(Digest diffId, Digest chainId) {
        return files(settled.containsKey(chainId) ? paths.settledLayer(chainId) : paths.layer(diffId));
    }

    Path files(Digest diffId) {
        return files(paths.layer(diffId));
    }

    Staging stage() throws IOException {
        var staging = Staging.create(paths.staging());
        failpoint.at(Step.STAGED);
        return staging;
    }

    void publish(Staging staged, Digest diffId, LayerRecord record) throws IOException, InterruptedException {
        PrivateFolders.create(paths.layersOf(diffId.algorithm()));
        publish(staged, paths.layer(diffId), layerName(diffId), LAYER.toJson(record));
        layers.put(diffId, record);
    }

    void publish(Staging staged, Digest chainId, SettledRecord record) throws IOException, InterruptedException {
        publish(staged, paths.settledLayer(chainId), settledName(chainId), SETTLED.toJson(record));
        settled.put(chainId, record);
    }

    private void publish(Staging staged, Path target, String name, String json)
            throws IOException, InterruptedException {
        failpoint.at(Step.UNPACKED);
        sync.sync();
        failpoint.at(Step.SYNCED);
        staged.moveTo(target);
        failpoint.at(Step.RENAMED);
        try {
            records.write(name, json);
        } catch (IOException e) {
            forget(name, e);
            throw e;
        }
        staged.commit();
    }

    private void forget(String name, IOException failure) {
        try {
            records.delete(name);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// The layer's folder has been changed as the record says.
    void settle(Digest diffId, LayerRecord record) throws IOException, InterruptedException {
        failpoint.at(Step.SETTLING);
        sync.sync();
        failpoint.at(Step.SETTLED);
        records.write(layerName(diffId), LAYER.toJson(record));
        layers.put(diffId, record);
    }

    /// From now on the layer counts as gone; [#delete] follows.
    void hide(Digest diffId) {
        layers.remove(diffId);
    }

    void delete(Digest diffId) throws IOException {
        hide(diffId);
        records.delete(layerName(diffId));
        Staging.delete(paths.staging(), paths.layer(diffId));
    }

    void deleteSettled(Digest chainId) throws IOException {
        settled.remove(chainId);
        records.delete(settledName(chainId));
        Staging.delete(paths.staging(), paths.settledLayer(chainId));
    }

    private static Path files(Path folder) {
        return folder.resolve(StorePaths.FILES);
    }

    private static String layerName(Digest diffId) {
        return diffId.algorithm() + "-" + diffId.hex();
    }

    private static String settledName(Digest chainId) {
        return SETTLED_PREFIX + chainId.hex();
    }
}
