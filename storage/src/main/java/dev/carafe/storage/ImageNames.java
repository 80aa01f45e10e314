package dev.carafe.storage;

import dev.carafe.oci.Digest;
import dev.carafe.oci.Reference;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// One immutable state of the index, with the ways to find an image in it.
final class ImageNames {
    /// As short as one may type an ID; crictl shows 13 digits.
    private static final int MINIMUM_SHORT_ID = 4;

    private final Map<Digest, StoredImage> byId;
    private final Map<String, StoredImage> byName = new HashMap<>();
    private final List<StoredImage> newestFirst;

    ImageNames(Collection<StoredImage> images) {
        byId = images.stream().collect(Collectors.toUnmodifiableMap(StoredImage::id, image -> image));
        newestFirst = images.stream()
                .sorted(Comparator.comparing(StoredImage::pulledAt).reversed())
                .toList();
        for (var image : newestFirst) {
            image.repoTags().forEach(name -> byName.putIfAbsent(name, image));
            image.repoDigests().forEach(name -> byName.putIfAbsent(name, image));
        }
    }

    Optional<StoredImage> byId(Digest id) {
        return Optional.ofNullable(byId.get(id));
    }

    /// A name as it stands first, since a tag may look like an ID; then an ID, then a short one, then the name
    /// that is meant by a shorter one, as `busybox`.
    Optional<StoredImage> find(String name) {
        return Optional.ofNullable(byName.get(name)).or(() -> withId(name)).or(() -> meant(name));
    }

    private Optional<StoredImage> withId(String name) {
        var matching = withIdBeginning(name);
        return matching.size() == 1 ? Optional.of(matching.getFirst()) : Optional.empty();
    }

    /// The images whose IDs begin so; none for what is too short or can't be the beginning of one.
    List<StoredImage> withIdBeginning(String name) {
        var colon = name.indexOf(':');
        var algorithm = name.substring(0, Math.max(0, colon));
        var hex = name.substring(colon + 1);
        if (hex.length() < MINIMUM_SHORT_ID || !isHex(hex)) {
            return List.of();
        }
        return newestFirst.stream()
                .filter(image -> colon < 0 || image.id().algorithm().equals(algorithm))
                .filter(image -> image.id().hex().startsWith(hex))
                .toList();
    }

    private Optional<StoredImage> meant(String name) {
        try {
            var reference = Reference.parse(name);
            var meant = reference.digest().isEmpty()
                    ? reference.name() + ":" + reference.tag()
                    : reference.name() + "@" + reference.digest();
            return Optional.ofNullable(byName.get(meant));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // no name of an image: so no image has it
        }
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    List<StoredImage> newestFirst() {
        return newestFirst;
    }
}
