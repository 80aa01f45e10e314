package dev.carafe.oci;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// The media types of images (image-spec, media-types.md; Docker's image manifest version 2, schema 2).
public final class MediaTypes {
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

    private static final Map<String, Compression> LAYERS = Map.of(
            "application/vnd.oci.image.layer.v1.tar", Compression.NONE,
            "application/vnd.oci.image.layer.v1.tar+gzip", Compression.GZIP,
            "application/vnd.oci.image.layer.v1.tar+zstd", Compression.ZSTD,
            "application/vnd.docker.image.rootfs.diff.tar", Compression.NONE,
            "application/vnd.docker.image.rootfs.diff.tar.gzip", Compression.GZIP,
            "application/vnd.docker.image.rootfs.diff.tar.zstd", Compression.ZSTD);

    private static final String ENCRYPTED = "+encrypted";

    private static final Set<String> SCHEMA_1 = Set.of(
            "application/vnd.docker.distribution.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v1+prettyjws");

    private MediaTypes() {}

    /// What a manifest request accepts, the preferred first.
    public static List<String> manifests() {
        return List.of(OCI_MANIFEST, DOCKER_MANIFEST, OCI_INDEX, DOCKER_INDEX);
    }

    public static boolean isManifest(String mediaType) {
        return mediaType.equals(OCI_MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
    }

    public static boolean isIndex(String mediaType) {
        return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_INDEX);
    }

    public static boolean isConfig(String mediaType) {
        return mediaType.equals(OCI_CONFIG) || mediaType.equals(DOCKER_CONFIG);
    }

    static boolean isSchema1(String mediaType) {
        return SCHEMA_1.contains(mediaType);
    }

    public static boolean isLayer(String mediaType) {
        return LAYERS.containsKey(mediaType);
    }

    /// A layer that was encrypted once it was packed (ocicrypt).
    public static boolean isEncrypted(String mediaType) {
        return mediaType.endsWith(ENCRYPTED) && isLayer(withoutEncryption(mediaType));
    }

    private static String withoutEncryption(String mediaType) {
        return mediaType.substring(0, mediaType.length() - ENCRYPTED.length());
    }

    /// How a layer's tar is packed, before it was encrypted where it is.
    ///
    /// @throws IllegalArgumentException for what is no layer that can be unpacked here
    public static Compression compression(String mediaType) {
        var compression = LAYERS.get(isEncrypted(mediaType) ? withoutEncryption(mediaType) : mediaType);
        if (compression == null) {
            throw new IllegalArgumentException(otherThanALayer(mediaType) + ": " + Quoted.of(mediaType));
        }
        return compression;
    }

    private static String otherThanALayer(String mediaType) {
        if (mediaType.contains("foreign") || mediaType.contains("nondistributable")) {
            return "a layer that its registry may not distribute";
        }
        return "not a layer's media type";
    }
}
