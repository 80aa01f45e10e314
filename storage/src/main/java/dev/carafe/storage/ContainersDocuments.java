package dev.carafe.storage;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is read of the documents of containers/storage: nothing in them is sure to be there.
final class ContainersDocuments {
    private ContainersDocuments() {}

    /// Of overlay-images/images.json.
    ///
    /// @param layer the topmost one's id; empty for an image without layers
    @Json
    record Image(
            String id,
            List<String> names,
            String layer,
            @Json.Property("big-data-names") List<String> dataNames,
            String created) {
        @SuppressWarnings("NullAway") // a missing field arrives as null
        Image {
            id = id == null ? "" : id;
            names = names == null ? List.of() : List.copyOf(names);
            layer = layer == null ? "" : layer;
            dataNames = dataNames == null ? List.of() : List.copyOf(dataNames);
            created = created == null ? "" : created;
        }
    }

    /// Of overlay-layers/layers.json.
    ///
    /// @param parent the id of the layer below; empty for the lowest
    /// @param diffId empty where only the compressed blob was verified
    /// @param sizeBytes of its tar
    @Json
    record Layer(
            String id,
            String parent,
            @Json.Property("diff-digest") String diffId,
            @Json.Property("diff-size") long sizeBytes,
            @Json.Property("uidmap") @Nullable List<Object> uidMap,
            @Json.Property("gidmap") @Nullable List<Object> gidMap,
            @Nullable Map<String, Object> flags) {
        @SuppressWarnings("NullAway") // a missing field arrives as null
        Layer {
            id = id == null ? "" : id;
            parent = parent == null ? "" : parent;
            diffId = diffId == null ? "" : diffId;
        }

        /// Its files belong to users of a user namespace.
        boolean isMapped() {
            return (uidMap != null && !uidMap.isEmpty()) || (gidMap != null && !gidMap.isEmpty());
        }

        /// Somebody is still bringing it, or never finished.
        boolean isIncomplete() {
            return flags != null && Boolean.TRUE.equals(flags.get("incomplete"));
        }
    }
}
