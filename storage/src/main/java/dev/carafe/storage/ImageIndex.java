package dev.carafe.storage;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Path;
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

/// The images of the store. Readers get an immutable snapshot and never wait; changes come one at a time and are
/// on disk before any reader sees them. A tag names one image at most: the rename of the record that gains it is
/// the moment it moves, and what a crash leaves of it in the other record is taken out at the next start. Readers also
/// see the images of additional stores; what is here hides their tags.
public final class ImageIndex {
    private static final System.Logger LOG = System.getLogger(ImageIndex.class.getName());
    private static final JsonType<ImageRecord> RECORD = Jsonb.instance().type(ImageRecord.class);

    private final RecordFolder records;
    private final Layers layers;
    private final List<String> dropped = new ArrayList<>();
    private final Map<Digest, Entry> entries = new HashMap<>();
    private long generation;
    private volatile List<StoredImage> own = List.of();
    private volatile ImageNames snapshot = new ImageNames(List.of());

    /// @param generation see [ImageRecord]
    private record Entry(StoredImage image, long generation) {
        Entry withNames(List<String> tags, List<String> digests) {
            return new Entry(image.withNames(tags, digests), generation);
        }
    }

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

    private synchronized void load() throws IOException {
        var contents = records.readAll();
        contents.damaged().forEach(damaged -> dropped(damaged.name(), damaged.why()));
        var loaded = new ArrayList<Entry>();
        for (var document : contents.documents().entrySet()) {
            try {
                loaded.add(entry(document.getKey(), document.getValue()));
            } catch (BadJsonException | IllegalArgumentException | DateTimeException e) {
                dropped(document.getKey(), String.valueOf(e.getMessage()));
                records.delete(document.getKey());
            }
        }
        loaded.sort(Comparator.comparingLong(Entry::generation).reversed());
        generation = loaded.isEmpty() ? 0 : loaded.getFirst().generation();
        addWithEachTagOnce(loaded);
        publish();
    }

    /// @throws RuntimeException of the kinds that its caller catches, if it can't be an image here
    private Entry entry(String name, String json) throws BadJsonException {
        var record = ForeignJson.read(json, RECORD::fromJson);
        var image = record.image();
        if (!name.equals(recordName(image.id()))) {
            throw new IllegalArgumentException("it is of image " + image.id());
        }
        if (!layers.areSettled(image.diffIds())) {
            throw new IllegalArgumentException("a layer is missing or not settled");
        }
        return new Entry(image, record.generation());
    }

    private void dropped(String name, String why) {
        dropped.add(name + ": " + why);
        LOG.log(System.Logger.Level.WARNING, "Image is dropped, pull it again record={0} why={1}", name, why);
    }

    /// A crash may have kept a tag in the image that lost it.
    private void addWithEachTagOnce(List<Entry> newestFirst) {
        var taken = new HashSet<String>();
        for (var entry : newestFirst) {
            var image = entry.image();
            var tags = image.repoTags().stream().filter(taken::add).toList();
            if (tags.size() == image.repoTags().size()) {
                entries.put(image.id(), entry);
            } else {
                var loser = entry.withNames(tags, image.repoDigests());
                entries.put(image.id(), loser);
                writeLoser(loser);
            }
        }
    }

    /// Records that were found unusable when the store was opened, and why.
    List<String> dropped() {
        return List.copyOf(dropped);
    }

    /// Newest first.
    public List<StoredImage> list() {
        return snapshot.newestFirst();
    }

    /// By tag or digest with the repository's name, by ID, or by the first digits of an ID if they fit one image
    /// only.
    public Optional<StoredImage> find(String name) {
        return snapshot.find(name);
    }

    /// The images whose IDs begin with these digits.
    public List<StoredImage> withIdBeginning(String digits) {
        return snapshot.withIdBeginning(digits);
    }

    public Optional<StoredImage> find(Digest id) {
        return snapshot.byId(id);
    }

    /// Adds the image, or its names to those it has here already. Its tags leave the images that had them. When
    /// it fails, the index is as before.
    ///
    /// @param image whose layers are in the store and settled
    /// @return the image as it is now
    public synchronized StoredImage put(StoredImage image) throws IOException {
        if (!layers.areSettled(image.diffIds())) {
            throw new IOException("image " + image.id() + ": a layer is missing from the store or not settled");
        }
        var known = entries.get(image.id());
        var merged = known == null
                ? image
                : image.withNames(
                        union(known.image().repoTags(), image.repoTags()),
                        union(known.image().repoDigests(), image.repoDigests()));
        var winner = new Entry(merged, ++generation);
        write(winner);
        entries.put(merged.id(), winner);
        var losers = takeTags(merged);
        publish();
        losers.forEach(this::writeLoser);
        return merged;
    }

    private List<Entry> takeTags(StoredImage winner) {
        var losers = new ArrayList<Entry>();
        for (var entry : List.copyOf(entries.values())) {
            var image = entry.image();
            var tags = image.repoTags().stream()
                    .filter(tag -> !winner.repoTags().contains(tag))
                    .toList();
            if (!image.id().equals(winner.id())
                    && tags.size() < image.repoTags().size()) {
                var loser = entry.withNames(tags, image.repoDigests());
                entries.put(image.id(), loser);
                losers.add(loser);
            }
        }
        return losers;
    }

    /// The tag has moved whether this succeeds or not: the lower generation loses it at the next start.
    private void writeLoser(Entry loser) {
        try {
            write(loser);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Record of an image still names a moved tag, the next start corrects it image={0} why={1}",
                    loser.image().id(),
                    e.getMessage());
        }
    }

    /// False if there was no such image here: those of additional stores stay.
    public synchronized boolean remove(Digest id) throws IOException {
        if (!entries.containsKey(id)) {
            return false;
        }
        records.delete(recordName(id));
        entries.remove(id);
        publish();
        return true;
    }

    /// Those that are not only in an additional store.
    List<StoredImage> own() {
        return own;
    }

    /// The additional store that has the image, which so can't go away, whether it is also here or not.
    public Optional<Path> additionalStore(Digest id) {
        return layers.additional().folder(id);
    }

    /// Of all images here, for [Layers#collect].
    public Set<Digest> usedLayers() {
        var used = new HashSet<Digest>();
        own.forEach(image -> used.addAll(image.diffIds()));
        return used;
    }

    private void publish() {
        own = entries.values().stream().map(Entry::image).toList();
        snapshot = new ImageNames(layers.additional().with(own));
    }

    private void write(Entry entry) throws IOException {
        records.write(recordName(entry.image().id()), RECORD.toJson(ImageRecord.of(entry.image(), entry.generation())));
    }

    private static List<String> union(Collection<String> first, Collection<String> second) {
        var all = new LinkedHashSet<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    static String recordName(Digest id) {
        return id.algorithm() + "-" + id.hex();
    }
}
