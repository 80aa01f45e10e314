package dev.carafe.engine.image;

import dev.carafe.engine.Invalid;
import dev.carafe.engine.NotFound;
import dev.carafe.oci.Digest;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes images of the store into a new file or folder, from which they come back with the same ids. Each layer is
/// made again byte for byte and checked; what can't be ends it, and nothing stays of the file. Safe for all threads.
public final class SaveImages {
    private static final System.Logger LOG = System.getLogger(SaveImages.class.getName());

    private final NamedImages images;
    private final Layers layers;
    private final UnusedLayers unused;

    public SaveImages(NamedImages images, Layers layers, UnusedLayers unused) {
        this.images = images;
        this.layers = layers;
        this.unused = unused;
    }

    /// What is written.
    public enum Form {
        /// A tar that is an OCI layout and an archive of `docker save` at once.
        ARCHIVE,
        /// A folder with an OCI layout.
        OCI,
        /// A folder as skopeo's `dir:`, of one image, without its name.
        DIRECTORY
    }

    /// @param names with tags, as they were written
    public record Saved(String id, List<String> names) {
        public Saved {
            names = List.copyOf(names);
        }
    }

    /// @param names of images: one that is named by a tag keeps that one, one that is named otherwise all its tags
    /// @param path absolute; nothing may be there
    public List<Saved> save(List<String> names, Path path, Form form) throws IOException, InterruptedException {
        var chosen = chosen(names, form);
        var diffIds = new HashSet<Digest>();
        chosen.keySet().forEach(image -> diffIds.addAll(image.diffIds()));
        try (var _ = layers.lease(diffIds)) {
            requireAll(chosen.keySet());
            write(chosen, path, form);
        } catch (IOException e) {
            throw new IOException("save " + path + ": " + e.getMessage(), e);
        } finally {
            collectRemoved(chosen.keySet());
        }
        return chosen.entrySet().stream()
                .map(image -> new Saved(ImageViews.id(image.getKey()), List.copyOf(image.getValue())))
                .toList();
    }

    /// Each image once, with all names that it was chosen by.
    private Map<StoredImage, Set<String>> chosen(List<String> names, Form form) {
        var chosen = new LinkedHashMap<StoredImage, Set<String>>();
        for (var name : names) {
            var image = images.find(name).orElseThrow(() -> new NotFound("there is no image " + name));
            chosen.computeIfAbsent(image, _ -> new LinkedHashSet<>()).addAll(images.tags(image, name));
        }
        if (chosen.isEmpty() || (form == Form.DIRECTORY && chosen.size() > 1)) {
            throw new Invalid(chosen.isEmpty() ? "no image is named" : "a folder of dir: holds one image");
        }
        if (entries(chosen) > LocalImage.MOST_IMAGES) {
            throw new Invalid("more than " + LocalImage.MOST_IMAGES + " images and names at once");
        }
        return chosen;
    }

    private static int entries(Map<StoredImage, Set<String>> chosen) {
        return chosen.values().stream()
                .mapToInt(names -> Math.max(1, names.size()))
                .sum();
    }

    private void requireAll(Set<StoredImage> chosen) {
        for (var image : chosen) {
            if (images.index().find(image.id()).isEmpty()) {
                throw new NotFound("image " + image.id() + " was removed meanwhile");
            }
        }
    }

    private void write(Map<StoredImage, Set<String>> chosen, Path path, Form form)
            throws IOException, InterruptedException {
        var saved = new ArrayList<SavedImage>();
        for (var image : chosen.entrySet()) {
            saved.add(SavedImage.of(image.getKey(), List.copyOf(image.getValue()), layers));
        }
        try (var writer = form == Form.ARCHIVE ? ArchiveImageWriter.create(path) : FolderImageWriter.create(path)) {
            if (form == Form.DIRECTORY) {
                WriteDirectory.write(saved.getFirst(), layers, writer);
            } else {
                WriteOciLayout.write(saved, layers, writer);
            }
            if (form == Form.ARCHIVE) {
                WriteOciLayout.writeDockerManifest(saved, writer);
            }
            writer.commit();
        }
    }

    /// The layers of an image that was removed meanwhile were kept for this alone.
    private void collectRemoved(Set<StoredImage> chosen) throws InterruptedException {
        if (chosen.stream().allMatch(image -> images.index().find(image.id()).isPresent())) {
            return;
        }
        try {
            unused.collect();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "layers of removed images stay until the next removal: {0}", e.getMessage());
        }
    }
}
