package dev.carafe.oci;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The manifests of an image for several platforms (image-spec, image-index.md; Docker's manifest list).
public record ImageIndex(List<Descriptor> manifests) {
    /// Of the platforms in a message.
    private static final int MOST_NAMED = 20;

    private static final int LONGEST_NAME = 60;

    private static final Platform UNSAID = new Platform("", "", "");

    public ImageIndex {
        manifests = List.copyOf(manifests);
    }

    public static ImageIndex parse(byte[] bytes) throws InvalidImageException {
        var document =
                Documents.parse(Documents.ManifestDocument.class, bytes, Documents.MAX_MANIFEST_BYTES, "the index");
        var found = Documents.orEmpty(document.manifests());
        if (found.size() > Documents.MAX_INDEX_ENTRIES) {
            throw new InvalidImageException("the index has " + found.size() + " entries, more than the "
                    + Documents.MAX_INDEX_ENTRIES + " allowed");
        }
        var manifests = new ArrayList<Descriptor>();
        for (var manifest : found) {
            manifests.add(Documents.descriptor(manifest, "entry " + (manifests.size() + 1) + " of the index"));
        }
        return new ImageIndex(manifests);
    }

    /// The manifest that fits the platform best: its own variant, else the nearest one below that it can run, the
    /// first of equals; where none fits, the first that doesn't say what it is for, as many an index of indexes has
    /// it. What wants features of the operating system is for others: Linux has none.
    ///
    /// @throws InvalidImageException names the platforms there are
    public Descriptor choose(Platform platform) throws InvalidImageException {
        var images = manifests.stream()
                .filter(m -> MediaTypes.isManifest(m.mediaType()) || MediaTypes.isIndex(m.mediaType()))
                .filter(m -> m.osFeatures().isEmpty())
                .toList();
        return images.stream()
                .filter(m -> platform.runs(m.platform()))
                .max(Comparator.comparingInt(m -> m.platform().level()))
                .or(() ->
                        images.stream().filter(m -> m.platform().equals(UNSAID)).findFirst())
                .orElseThrow(() -> new InvalidImageException(
                        "the image has no manifest for " + platform + "; it has " + platforms()));
    }

    private String platforms() {
        var platforms = manifests.stream()
                .filter(m -> !m.platform().equals(UNSAID) && !m.platform().os().equals("unknown"))
                .map(m -> m.platform() + (m.osFeatures().isEmpty() ? "" : " with " + m.osFeatures()))
                .map(text -> text.substring(0, Math.min(text.length(), LONGEST_NAME)))
                .distinct()
                .limit(MOST_NAMED)
                .collect(Collectors.joining(", "));
        return platforms.isEmpty() ? "none" : Quoted.printable(platforms);
    }
}
