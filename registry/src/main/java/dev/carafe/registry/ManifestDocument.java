package dev.carafe.registry;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ForeignJson;
import dev.carafe.oci.InvalidImageException;
import dev.carafe.oci.MediaTypes;
import io.avaje.json.stream.JsonStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// A manifest or an index as it came.
///
/// @param digest of the bytes
@SuppressWarnings("ArrayRecordComponent") // never compared
record ManifestDocument(byte[] bytes, Digest digest, boolean isIndex) {
    private static final JsonStream JSON = JsonStream.builder().build();

    /// Tells a manifest from an index by the media type inside the document, or by the Content-Type where it has
    /// none, or by its fields. A document that could be read as either is refused: two readers might see two
    /// images.
    ///
    /// @param contentType empty when the registry sent none
    static ManifestDocument of(byte[] bytes, Digest digest, String contentType) throws InvalidImageException {
        var shape = Shape.of(bytes);
        var served = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        var mediaType = shape.mediaType.isEmpty() ? served : shape.mediaType;
        var looksLikeIndex = shape.fields.contains("manifests");
        var looksLikeManifest = shape.fields.contains("config") || shape.fields.contains("layers");
        if (looksLikeIndex && looksLikeManifest) {
            throw new InvalidImageException("the document is a manifest and an index at once");
        }
        var isKnown = MediaTypes.isIndex(mediaType) || MediaTypes.isManifest(mediaType);
        var isIndex = isKnown ? MediaTypes.isIndex(mediaType) : looksLikeIndex;
        if (isIndex ? looksLikeManifest : looksLikeIndex) {
            throw new InvalidImageException("the document is not what its media type says: " + Shown.of(mediaType));
        }
        return new ManifestDocument(bytes, digest, isIndex);
    }

    /// @param mediaType empty where the document has none
    /// @param fields of the outermost object
    private record Shape(String mediaType, Set<String> fields) {
        private static final int MOST_FIELDS = 64;

        static Shape of(byte[] bytes) throws InvalidImageException {
            try {
                return ForeignJson.read(bytes, Shape::parse);
            } catch (BadJsonException e) {
                throw new InvalidImageException("the manifest is not the JSON it should be: " + e.getMessage(), e);
            }
        }

        private static Shape parse(String text) {
            var mediaType = "";
            var fields = new HashSet<String>();
            try (var reader = JSON.reader(text)) {
                reader.beginObject();
                while (reader.hasNextField()) {
                    var field = reader.nextField();
                    fields.add(field);
                    if (fields.size() > MOST_FIELDS) {
                        throw new IllegalArgumentException("more than " + MOST_FIELDS + " fields");
                    }
                    if (field.equals("mediaType")) {
                        mediaType = reader.readString();
                    } else {
                        reader.skipValue();
                    }
                }
            }
            return new Shape(mediaType, fields);
        }
    }
}
