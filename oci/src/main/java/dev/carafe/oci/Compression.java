package dev.carafe.oci;

/// How a layer's tar is packed.
public enum Compression {
    NONE,
    GZIP,
    ZSTD;

    /// By the layer's media type.
    ///
    /// @throws IllegalArgumentException for what is no layer that can be unpacked here
    public static Compression of(String mediaType) {
        return MediaTypes.compression(mediaType);
    }
}
