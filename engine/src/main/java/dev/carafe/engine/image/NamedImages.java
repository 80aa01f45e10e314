package dev.carafe.engine.image;

import dev.carafe.oci.Digest;
import dev.carafe.oci.Reference;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.StoredImage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The store's images by what people call them. Safe for all threads.
///
/// @param meaning what a name may stand for, in the order of preference; it throws IllegalArgumentException for what
///     is none
public record NamedImages(ImageIndex index, Function<String, List<Reference>> meaning) {
    /// By name, digest, id or an unambiguous beginning of the id.
    ///
    /// A whole id is one before all else, since `sha256:` and 64 digits might also be a name with a tag.
    Optional<StoredImage> find(String nameOrId) {
        return wholeId(nameOrId)
                .flatMap(index::find)
                .or(() -> meanings(nameOrId).stream()
                        .flatMap(reference -> index.find(reference.toString()).stream())
                        .findFirst())
                .or(() -> index.find(nameOrId));
    }

    private static Optional<Digest> wholeId(String text) {
        return Digest.find(text.indexOf(':') < 0 ? "sha256:" + text : text);
    }

    /// None for what is no name.
    private List<Reference> meanings(String text) {
        try {
            return meaning.apply(text);
        } catch (IllegalArgumentException notAName) {
            return List.of();
        }
    }

    /// Those of the image's tags that the text names; all of them where it names the image otherwise.
    List<String> tags(StoredImage image, String nameOrId) {
        var named = meanings(nameOrId).stream()
                .filter(reference -> reference.digest().isEmpty())
                .map(Reference::toString)
                .filter(image.repoTags()::contains)
                .findFirst();
        return named.map(List::of).orElse(image.repoTags());
    }
}
