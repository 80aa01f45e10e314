package dev.carafe.engine.image;

import dev.carafe.engine.Invalid;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.InvalidImageException;
import dev.carafe.oci.Reference;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StoredImage;
import dev.carafe.trust.ImageIdentity;
import dev.carafe.trust.SignatureRefusedException;
import dev.carafe.trust.Trust;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts the images of a folder or an archive into the store, with the checks of a pull: the node's policy, sizes and
/// digests of all documents and blobs, the layers' diffIDs. It reads OCI layouts, archives of `docker save`, and
/// folders that skopeo wrote as `dir:`. Safe for all threads.
public final class LoadImages {
    private final Trust trust;
    private final StoreImage store;
    private final Layers layers;
    private final Clock clock;

    public LoadImages(Trust trust, StoreImage store, Layers layers, Clock clock) {
        this.trust = trust;
        this.store = store;
        this.layers = layers;
        this.clock = clock;
    }

    /// All images are read and judged before the first is stored. One that fails later leaves those before it.
    ///
    /// @param path absolute
    /// @param name for an image that is alone there, with its registry, instead of the names it has; empty to leave
    ///     it those
    public List<Loaded> load(Path path, String name) throws IOException, InterruptedException {
        if (!path.isAbsolute()) {
            throw new Invalid("not an absolute path: " + path);
        }
        var given = name(name);
        if (!Files.exists(path)) {
            throw new IOException("there is no " + path);
        }
        var real = path.toRealPath();
        try (var files = files(real)) {
            var images = named(read(files, real), given);
            for (var image : images) {
                judge(image);
            }
            var loaded = new ArrayList<Loaded>();
            for (var image : images) {
                loaded.add(store(image));
            }
            return loaded;
        } catch (SignatureRefusedException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("load " + path + ": " + e.getMessage(), e);
        }
    }

    /// @param names with tags, as the store has them
    public record Loaded(String id, List<String> names) {
        public Loaded {
            names = List.copyOf(names);
        }
    }

    private static Optional<Reference> name(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            var name = Reference.parse(text);
            if (Reference.isShort(text) || !name.digest().isEmpty()) {
                throw new Invalid("the image's name needs its registry, and no digest: " + text);
            }
            return Optional.of(name);
        } catch (IllegalArgumentException e) {
            throw new Invalid("the image's name: " + e.getMessage());
        }
    }

    private ImageFiles files(Path path) throws IOException, InterruptedException {
        if (Files.isDirectory(path)) {
            return new FolderFiles(path);
        }
        if (!Files.isRegularFile(path)) { // a fifo would never end
            throw new IOException("it is neither a folder nor a file");
        }
        return new ArchiveFiles(layers.openArchive(path));
    }

    /// What docker writes has the marks of two forms; that with digests counts.
    private static List<LocalImage> read(ImageFiles files, Path path) throws IOException {
        var isFolder = files instanceof FolderFiles;
        if (files.has(ReadOciLayout.MARK)) {
            var identity = isFolder ? ImageIdentity.ofOciLayout(path) : ImageIdentity.ofOciArchive(path);
            return new ReadOciLayout(files, identity).run();
        }
        if (isFolder && files.has(ReadDirectory.MARK)) {
            return new ReadDirectory(files, ImageIdentity.ofDirectory(path)).run();
        }
        if (!isFolder && files.has(ReadDockerArchive.MARK)) {
            return new ReadDockerArchive(files).run();
        }
        throw new InvalidImageException(
                "it is no OCI layout, no archive of docker save, and no folder of skopeo's dir:");
    }

    private static List<LocalImage> named(List<LocalImage> images, Optional<Reference> name) throws IOException {
        if (images.isEmpty()) {
            throw new InvalidImageException("there is no image in it");
        }
        if (name.isEmpty()) {
            return images;
        }
        if (images.size() > 1) {
            throw new Invalid("there are " + images.size() + " images in it; a name is for one");
        }
        return List.of(images.getFirst().named(name.get()));
    }

    private void judge(LocalImage image) throws IOException {
        var rule = trust.rule(trust.policyFile(""), image.identity());
        rule.refuseRejected();
        if (rule.needsSignatures()) {
            throw rule.refusedUnsigned();
        }
    }

    private Loaded store(LocalImage image) throws IOException, InterruptedException {
        var diffIds = ImageConfig.parse(image.configBytes()).diffIds();
        var content = new StoreImage.Content(diffIds, image.manifest().layers(), image.layers());
        var id = store.run(content, () -> stored(image, diffIds), ImageTrust.Evidence.NONE, new Progress(""));
        return new Loaded(id, tags(image));
    }

    private StoredImage stored(LocalImage image, List<Digest> diffIds) {
        var digests = image.digest().stream()
                .flatMap(digest -> image.names().stream()
                        .map(name -> name.name() + "@" + digest)
                        .distinct());
        return new StoredImage(
                image.manifest().config().digest(),
                Digest.sha256(image.manifestBytes()),
                new String(image.manifestBytes(), StandardCharsets.UTF_8),
                new String(image.configBytes(), StandardCharsets.UTF_8),
                diffIds,
                tags(image),
                digests.toList(),
                store.sizeBytes(diffIds, image.manifestBytes().length + image.configBytes().length),
                clock.instant());
    }

    private static List<String> tags(LocalImage image) {
        return image.names().stream()
                .filter(name -> !name.tag().isEmpty())
                .map(name -> name.name() + ":" + name.tag())
                .distinct()
                .toList();
    }
}
