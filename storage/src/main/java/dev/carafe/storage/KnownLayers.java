package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Layers in Carafe's own form, by their records. The maps are the owner's, who may change them meanwhile if they are
/// made for that.
///
/// @param layers by diffID
/// @param settled by ChainID
record KnownLayers(StorePaths paths, Map<Digest, LayerRecord> layers, Map<Digest, SettledRecord> settled)
        implements LayerSource {
    @Override
    public Optional<FoundLayer> find(Digest diffId, Digest chainId) {
        return Optional.ofNullable(layers.get(diffId))
                .filter(record -> !record.unsettled() || settled.containsKey(chainId))
                .map(record ->
                        new FoundLayer(lower(diffId, chainId), record.info(), record.rootNamed(), record.rootOpaque()));
    }

    private List<Path> lower(Digest diffId, Digest chainId) {
        var files = StorePaths.files(paths.layer(diffId));
        var record = settled.get(chainId);
        return record != null && record.patched()
                ? List.of(StorePaths.files(paths.patch(chainId)), files)
                : List.of(files);
    }
}
