package dev.carafe.oci;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `manifest.json` says in an archive of `docker save`: the images, and which members they are made of.
public record DockerArchive(List<Image> images) {
    public static final int MAX_BYTES = Documents.MAX_MANIFEST_BYTES;

    private static final Jsonb JSON = Jsonb.builder().build();

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
            var text = new String(bytes, StandardCharsets.UTF_8);
            JsonNesting.check(text);
            var images = new ArrayList<Image>();
            for (var document : JSON.type(ImageDocument.class).list().fromJson(text)) {
                images.add(image(document));
            }
            return new DockerArchive(images);
        } catch (RuntimeException e) { // the parser has several of its own for what is no such document
            throw new InvalidImageException("manifest.json is not the JSON it should be: " + e.getMessage(), e);
        }
    }

    private static Image image(ImageDocument document) throws InvalidImageException {
        var layers = Documents.orEmpty(document.layers);
        if (document.config == null || layers.size() > Documents.MAX_LAYERS) {
            throw new InvalidImageException("manifest.json names an image without a configuration, or with more than "
                    + Documents.MAX_LAYERS + " layers");
        }
        return new Image(document.config, Documents.orEmpty(document.repoTags), layers);
    }

    @Json
    record ImageDocument(
            @Json.Property("Config") @Nullable String config,
            @Json.Property("RepoTags") @Nullable List<String> repoTags,
            @Json.Property("Layers") @Nullable List<String> layers) {}
}
