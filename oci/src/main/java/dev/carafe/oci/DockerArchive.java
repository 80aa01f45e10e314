package dev.carafe.oci;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `manifest.json` says in an archive of `docker save`: the images, and which members they are made of.
public record DockerArchive(List<Image> images) {
    public static final int MAX_BYTES = Documents.MAX_MANIFEST_BYTES;

    private static final JsonType<List<@Nullable ImageDocument>> DOCUMENTS =
            Jsonb.builder().build().type(ImageDocument.class).list();

    public DockerArchive {
        images = List.copyOf(images);
    }

    /// @param config the member with the configuration
    /// @param repoTags names, as docker shortens them
    /// @param layers members with the layers' tars, bottom first
    public record Image(String config, List<String> repoTags, List<String> layers) {
        public Image {
            repoTags = List.copyOf(repoTags);
            layers = List.copyOf(layers);
        }
    }

    public static DockerArchive parse(byte[] bytes) throws InvalidImageException {
        if (bytes.length > MAX_BYTES) {
            throw new InvalidImageException("manifest.json has more than " + MAX_BYTES + " bytes");
        }
        try {
            var images = new ArrayList<Image>();
            for (var document : ForeignJson.read(bytes, DOCUMENTS::fromJson)) {
                images.add(image(document));
            }
            return new DockerArchive(images);
        } catch (BadJsonException e) {
            throw new InvalidImageException("manifest.json is not the JSON it should be: " + e.getMessage(), e);
        }
    }

    private static Image image(@Nullable ImageDocument document) throws InvalidImageException {
        if (document == null || document.config == null) {
            throw new InvalidImageException("manifest.json names an image without a configuration");
        }
        var layers = Documents.texts(document.layers, "manifest.json");
        if (layers.size() > Documents.MAX_LAYERS) {
            throw new InvalidImageException(
                    "manifest.json names an image with more than " + Documents.MAX_LAYERS + " layers");
        }
        return new Image(document.config, Documents.texts(document.repoTags, "manifest.json"), layers);
    }

    @Json
    record ImageDocument(
            @Json.Property("Config") @Nullable String config,
            @Json.Property("RepoTags") @Nullable List<String> repoTags,
            @Json.Property("Layers") @Nullable List<String> layers) {}
}
