package dev.carafe.storage;

import dev.carafe.oci.Digest;
import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The images of the store. Readers get an immutable snapshot and never wait; changes come one at a time and
/// are on disk before any reader sees them. A tag names one image at most: the rename of the record that gains
/// it is the moment it moves, and what a crash leaves of it in the other record is taken out at the next start.
public final class ImageIndex {
    private static final System.Logger LOG = System.getLogger(ImageIndex.class.getName());
    private static final JsonType<ImageRecord> RECORD = Jsonb.instance().type(ImageRecord.class);

    private final RecordFolder records;
    private final Layers layers;
    private long generation;
    private volatile ImageNames snapshot = new ImageNames(Map.of());

    private ImageIndex(RecordFolder records, Layers layers) {
        this.records = records;
        this.layers = layers;
    }

    /// Forgets images of which a layer is missing, and says so in the log.
    public static ImageIndex open(StorageConfig config, Layers layers) throws IOException {
        var records = RecordFolder.open(StorePaths.of(config).images(), ImageRecord.SCHEMA);
        var index = new ImageIndex(records, layers);
        index.load();
        return index;
    }

    private void load() throws IOException {
        var contents = records.readAll();
        contents.damaged().forEach(damaged -> dropped(damaged.name(), damaged.why()));
        var loaded = new ArrayList<ImageRecord>();
        for (var document : contents.documents().entrySet()) {
            var record = parse(document.getKey(), document.getValue());
            if (record.isPresent()) {
                loaded.add(record.get());
            } else {
                records.delete(document.getKey());
            }
        }
        loaded.sort(Comparator.comparingLong(ImageRecord::generation).reversed());
        generation = loaded.isEmpty() ? 0 : loaded.getFirst().generation();
        publish(withEachNameOnce(loaded));
    }

    private Optional<ImageRecord> parse(String name, String json) {
        try {
            var record = RECORD.fromJson(json);
            var image = record.image();
            var missing = image.diffIds().stream()
                    .filter(diffId -> !layers.contains(diffId))
                    .findFirst();
            if (missing.isEmpty() && name.equals(recordName(image.id()))) {
                return Optional.of(record);
            }
            dropped(
                    name,
                    missing.map(diffId -> "layer " + diffId + " is missing").orElse("of another image"));
        } catch (JsonException | IllegalArgumentException | DateTimeException e) {
            dropped(name, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private static void dropped(String name, String why) {
        LOG.log(System.Logger.Level.WARNING, "Image is dropped, pull it again record={0} why={1}", name, why);
    }

    /// A crash may have kept a tag in the image that lost it.
    private Map<Digest, StoredImage> withEachNameOnce(List<ImageRecord> newestFirst) throws IOException {
        var images = new HashMap<Digest, StoredImage>();
        var taken = new HashSet<String>();
        for (var record : newestFirst) {
            var image = record.image();
            var tags = image.repoTags().stream().filter(taken::add).toList();
            if (tags.size() < image.repoTags().size()) {
                image = image.withNames(tags, image.repoDigests());
                write(image, record.generation());
            }
            images.put(image.id(), image);
        }
        return images;
    }

    /// Newest first.
    public List<StoredImage> list() {
        return snapshot.newestFirst();
    }

    /// By tag or digest with the repository's name, by ID, or by the first digits of an ID if they fit one
    /// image only.
    public Optional<StoredImage> find(String name) {
        return snapshot.find(name);
    }

    public Optional<StoredImage> find(Digest id) {
        return snapshot.byId(id);
    }

    /// Adds the image, or its names to those it has here already. Its tags leave the images that had them. When
    /// it fails, the index is as before.
    ///
    /// @return the image as it is now
    public synchronized StoredImage put(StoredImage image) throws IOException {
        for (var diffId : image.diffIds()) {
            if (!layers.contains(diffId)) {
                throw new IOException("image " + image.id() + ": layer " + diffId + " is not in the store");
            }
        }
        var known = snapshot.byId(image.id());
        var merged = known.isEmpty()
                ? image
                : image.withNames(
                        union(known.get().repoTags(), image.repoTags()),
                        union(known.get().repoDigests(), image.repoDigests()));
        write(merged, ++generation);
        var images = copyOf(snapshot);
        images.put(merged.id(), merged);
        var losers = takeTags(images, merged);
        publish(images);
        for (var loser : losers) {
            writeLoser(loser);
        }
        return merged;
    }

    private static List<StoredImage> takeTags(Map<Digest, StoredImage> images, StoredImage winner) {
        var losers = new ArrayList<StoredImage>();
        for (var image : List.copyOf(images.values())) {
            var tags = image.repoTags().stream()
                    .filter(tag -> !winner.repoTags().contains(tag))
                    .toList();
            if (!image.id().equals(winner.id())
                    && tags.size() < image.repoTags().size()) {
                var loser = image.withNames(tags, image.repoDigests());
                images.put(loser.id(), loser);
                losers.add(loser);
            }
        }
        return losers;
    }

    /// The tag has moved whether this succeeds or not: the lower generation loses it at the next start.
    private void writeLoser(StoredImage loser) {
        try {
            write(loser, 0);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Record of an image still names a moved tag, the next start corrects it image={0} why={1}",
                    loser.id(),
                    e.getMessage());
        }
    }

    /// False if there was no such image.
    public synchronized boolean remove(Digest id) throws IOException {
        if (snapshot.byId(id).isEmpty()) {
            return false;
        }
        records.delete(recordName(id));
        var images = copyOf(snapshot);
        images.remove(id);
        publish(images);
        return true;
    }

    /// Of all images, for [Layers#collect].
    public Set<Digest> usedLayers() {
        var used = new HashSet<Digest>();
        snapshot.images().forEach(image -> used.addAll(image.diffIds()));
        return used;
    }

    private void publish(Map<Digest, StoredImage> images) {
        snapshot = new ImageNames(images);
    }

    private void write(StoredImage image, long itsGeneration) throws IOException {
        records.write(recordName(image.id()), RECORD.toJson(ImageRecord.of(image, itsGeneration)));
    }

    private static Map<Digest, StoredImage> copyOf(ImageNames names) {
        var images = new HashMap<Digest, StoredImage>();
        names.images().forEach(image -> images.put(image.id(), image));
        return images;
    }

    private static List<String> union(Collection<String> first, Collection<String> second) {
        var all = new LinkedHashSet<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    private static String recordName(Digest id) {
        return id.algorithm() + "-" + id.hex();
    }
}
