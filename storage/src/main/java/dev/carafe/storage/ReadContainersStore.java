package dev.carafe.storage;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ForeignJson;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.Manifest;
import dev.carafe.oci.Quoted;
import dev.carafe.oci.Reference;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads a store of containers/storage's overlay driver, as CRI-O, Podman and skopeo fill it:
///
/// ```
/// overlay-images/images.json       the images, with their names
/// overlay-images/<id>/             their manifests and configurations
/// overlay-layers/layers.json       the layers, each with the one below it
/// overlay/<layer>/diff             a layer's files
/// ```
///
/// An image is shown once its documents are what their digests say and each layer is the one that its configuration
/// names. The content of layers is not read. For one thread.
final class ReadContainersStore {
    private static final JsonType<List<ContainersDocuments.Image>> IMAGES =
            Jsonb.instance().type(ContainersDocuments.Image.class).list();
    /// Of images.json and of layers.json: thousands of entries.
    private static final int MOST_LIST_BYTES = 8 << 20;
    /// Of one image.
    private static final int MOST_MANIFESTS = 8;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final Pattern PLAIN_KEY = Pattern.compile("[a-z0-9.]+");
    private static final String MANIFEST = "manifest";
    private static final String MANIFEST_PREFIX = MANIFEST + "-";

    private final Path root;
    private final ByteBudget budget;
    private final List<String> warnings;

    ReadContainersStore(Path root, ByteBudget budget, List<String> warnings) {
        this.root = root;
        this.budget = budget;
        this.warnings = warnings;
    }

    static boolean isOne(Path root) {
        return Files.isDirectory(images(root), LinkOption.NOFOLLOW_LINKS);
    }

    private static Path images(Path root) {
        return root.resolve("overlay-images");
    }

    private static Path list(Path root) {
        return images(root).resolve("images.json");
    }

    AdditionalStore run() throws IOException {
        if (!Files.exists(list(root), LinkOption.NOFOLLOW_LINKS)) {
            return new AdditionalStore(root, List.of(), (_, _) -> Optional.empty()); // nothing is in it yet
        }
        var layers = ContainersLayers.read(root);
        var images = new ArrayList<StoredImage>();
        for (var document : parse(list(root), IMAGES)) {
            try {
                images.add(image(document, layers));
            } catch (IOException | IllegalArgumentException | DateTimeException e) {
                warnings.add("image " + Quoted.of(document.id()) + " is left out: " + e.getMessage());
            }
        }
        return new AdditionalStore(root, images, layers);
    }

    static <T> List<T> parse(Path file, JsonType<List<T>> type) throws IOException {
        var text = new String(ByteBudget.read(file, MOST_LIST_BYTES), StandardCharsets.UTF_8);
        try {
            var list = ForeignJson.read(text, type::fromJson);
            return List.copyOf(list);
        } catch (BadJsonException | NullPointerException e) {
            throw new IOException(file + " can't be read: " + e.getMessage(), e);
        }
    }

    private StoredImage image(ContainersDocuments.Image document, ContainersLayers layers) throws IOException {
        if (!ID.matcher(document.id()).matches()) {
            throw new IOException("this is no id");
        }
        var folder = images(root).resolve(document.id());
        var manifestBytes = budget.take(folder.resolve(MANIFEST), Manifest.MAX_BYTES);
        var config = Manifest.parse(manifestBytes).config();
        var configBytes = budget.take(folder.resolve(fileName(config.digest().toString())), ImageConfig.MAX_BYTES);
        if (!config.digest().isOf(configBytes)) {
            throw new IOException("its configuration is not what its digest says");
        }
        var documentBytes = manifestBytes.length + configBytes.length;
        var diffIds = ImageConfig.parse(configBytes).diffIds();
        var layerBytes = layers.take(document.layer(), diffIds);
        var manifestDigest = Digest.sha256(manifestBytes);
        var names = names(document, manifestDigest, folder);
        return new StoredImage(
                config.digest(),
                manifestDigest,
                new String(manifestBytes, StandardCharsets.UTF_8),
                new String(configBytes, StandardCharsets.UTF_8),
                diffIds,
                List.copyOf(names.tags),
                List.copyOf(names.digests),
                Math.min(layerBytes, Long.MAX_VALUE - documentBytes) + documentBytes,
                created(document));
    }

    private record Names(LinkedHashSet<String> tags, LinkedHashSet<String> digests) {}

    /// A tagged name stands for the image by each of its manifests' digests, the list's included that it came from.
    private Names names(ContainersDocuments.Image document, Digest manifestDigest, Path folder) {
        var names = new Names(new LinkedHashSet<>(), new LinkedHashSet<>());
        var manifests = manifests(document, manifestDigest, folder);
        for (var name : document.names()) {
            try {
                var reference = Reference.parse(name);
                if (reference.digest().isEmpty()) {
                    names.tags.add(reference.name() + ":" + reference.tag());
                    manifests.forEach(digest -> names.digests.add(reference.name() + "@" + digest));
                } else {
                    names.digests.add(reference.name() + "@" + reference.digest());
                }
            } catch (IllegalArgumentException e) {
                warnings.add("a name of image " + document.id() + " is left out: " + e.getMessage());
            }
        }
        return names;
    }

    private List<Digest> manifests(ContainersDocuments.Image document, Digest manifestDigest, Path folder) {
        var digests = new LinkedHashSet<>(List.of(manifestDigest));
        document.dataNames().stream()
                .filter(key -> key.startsWith(MANIFEST_PREFIX) && !key.endsWith(manifestDigest.hex()))
                .limit(MOST_MANIFESTS)
                .flatMap(key -> verified(key, folder).stream())
                .forEach(digests::add);
        return List.copyOf(digests);
    }

    private Optional<Digest> verified(String key, Path folder) {
        try {
            // The algorithm and the digits may stand apart by a dash or a colon.
            var digest = Digest.parse(key.substring(MANIFEST_PREFIX.length()).replaceFirst("^sha256-", "sha256:"));
            var bytes = budget.take(folder.resolve(fileName(key)), Manifest.MAX_BYTES);
            return digest.isOf(bytes) ? Optional.of(digest) : Optional.empty();
        } catch (IOException | IllegalArgumentException notAManifestHere) {
            return Optional.empty();
        }
    }

    /// A name that may not suit a file system is written in Base64.
    private static String fileName(String key) {
        if (PLAIN_KEY.matcher(key).matches()) {
            return key;
        }
        return "=" + Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static Instant created(ContainersDocuments.Image document) {
        return document.created().isEmpty()
                ? Instant.EPOCH
                : OffsetDateTime.parse(document.created()).toInstant();
    }
}
