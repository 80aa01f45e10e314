package dev.carafe.storage;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ForeignJson;
import dev.carafe.oci.ImageConfig;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a store that Carafe has filled, as `carafe images import` does with a root of its own: what [LayerFolders] and
/// [ImageIndex] would make of it, but without setting anything right. For one thread.
final class ReadCarafeStore {
    private static final JsonType<LayerRecord> LAYER = Jsonb.instance().type(LayerRecord.class);
    private static final JsonType<SettledRecord> SETTLED = Jsonb.instance().type(SettledRecord.class);
    private static final JsonType<ImageRecord> IMAGE = Jsonb.instance().type(ImageRecord.class);

    private final StorePaths paths;
    private final ByteBudget budget;
    private final List<String> warnings;
    private final Map<Digest, LayerRecord> layers = new HashMap<>();
    private final Map<Digest, SettledRecord> settled = new HashMap<>();

    ReadCarafeStore(Path root, ByteBudget budget, List<String> warnings) {
        paths = new StorePaths(root, root, root);
        this.budget = budget;
        this.warnings = warnings;
    }

    static boolean isOne(Path root) {
        var paths = new StorePaths(root, root, root);
        return Files.isDirectory(paths.images(), LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(paths.layerRecords(), LinkOption.NOFOLLOW_LINKS);
    }

    AdditionalStore run() throws IOException {
        RecordFolder.peek(paths.layerRecords(), LayerRecord.SCHEMA, budget, this::record, this::damaged);
        settled.values().removeIf(record -> !layers.keySet().containsAll(record.digests()));
        var source = new KnownLayers(paths, Map.copyOf(layers), Map.copyOf(settled));
        var images = new ArrayList<StoredImage>();
        RecordFolder.peek(
                paths.images(),
                ImageRecord.SCHEMA,
                budget,
                (name, json) -> image(name, json, source).ifPresent(images::add),
                this::damaged);
        return new AdditionalStore(paths.root(), images, source);
    }

    private void damaged(RecordFolder.Damaged damaged) {
        warnings.add("record " + damaged.name() + " is left out: " + damaged.why());
    }

    private void record(String name, String json) {
        try {
            if (name.startsWith(LayerFolders.SETTLED_PREFIX)) {
                settled(name, ForeignJson.read(json, SETTLED::fromJson));
            } else {
                layer(name, ForeignJson.read(json, LAYER::fromJson));
            }
        } catch (BadJsonException | IllegalArgumentException e) {
            damaged(new RecordFolder.Damaged(name, String.valueOf(e.getMessage())));
        }
    }

    private void layer(String name, LayerRecord record) {
        var diffId = Digest.parse(record.diffId());
        if (!name.equals(LayerFolders.layerName(diffId)) || !isFolder(StorePaths.files(paths.layer(diffId)))) {
            throw new IllegalArgumentException("it does not fit its folder");
        }
        layers.put(diffId, record);
    }

    private void settled(String name, SettledRecord record) {
        var chainIds = ChainIds.of(record.digests());
        if (chainIds.isEmpty()
                || !name.equals(LayerFolders.settledName(chainIds.getLast()))
                || (record.patched() && !isFolder(StorePaths.files(paths.patch(chainIds.getLast()))))) {
            throw new IllegalArgumentException("it does not fit its folder");
        }
        settled.put(chainIds.getLast(), record);
    }

    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private Optional<StoredImage> image(String name, String json, LayerSource source) {
        try {
            var image = ForeignJson.read(json, IMAGE::fromJson).image();
            requireWhole(name, image, source);
            return Optional.of(image);
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            damaged(new RecordFolder.Damaged(name, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private static void requireWhole(String name, StoredImage image, LayerSource source) throws IOException {
        var config = image.configJson().getBytes(StandardCharsets.UTF_8);
        if (!name.equals(ImageIndex.recordName(image.id()))
                || !ImageConfig.parse(config).diffIds().equals(image.diffIds())) {
            throw new IOException("it does not fit its configuration");
        }
        var chainIds = ChainIds.of(image.diffIds());
        for (var i = 0; i < chainIds.size(); i++) {
            if (source.find(image.diffIds().get(i), chainIds.get(i)).isEmpty()) {
                throw new IOException("its layer " + image.diffIds().get(i) + " is not there");
            }
        }
    }
}
