package dev.carafe.oci;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The manifests of an image for several platforms (image-spec, image-index.md; Docker's manifest list).
public record ImageIndex(List<Descriptor> manifests) {
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

    /// The manifest that fits the platform best: its own variant, else the nearest one below that it can run.
    ///
    /// @throws InvalidImageException names the platforms there are
    public Descriptor choose(Platform platform) throws InvalidImageException {
        return manifests.stream()
                .filter(m -> MediaTypes.isManifest(m.mediaType()) || MediaTypes.isIndex(m.mediaType()))
                .filter(m -> fits(m.platform(), platform) && m.osFeatures().isEmpty())
                .max(Comparator.comparingInt(m -> variant(m.platform())))
                .orElseThrow(() -> new InvalidImageException("the image has no manifest for " + platform + "; it has "
                        + manifests.stream()
                                .map(m -> m.platform().toString())
                                .filter(p -> !p.startsWith("unknown") && !p.equals("/"))
                                .collect(Collectors.joining(", "))));
    }

    private static boolean fits(Platform offered, Platform wanted) {
        return offered.os().equals(wanted.os())
                && offered.architecture().equals(wanted.architecture())
                && variant(offered) <= variant(wanted);
    }

    /// Variants are `v` and a number that grows with what the processor can do; none is the architecture's usual one
    /// (image-spec, Platform Variants).
    private static int variant(Platform platform) {
        var variant = platform.variant();
        if (variant.isEmpty()) {
            return switch (platform.architecture()) {
                case "arm64" -> 8;
                case "arm" -> 7;
                default -> 1;
            };
        }
        try {
            return Integer.parseInt(variant.substring(1));
        } catch (NumberFormatException unknown) {
            return Integer.MAX_VALUE;
        }
    }
}
