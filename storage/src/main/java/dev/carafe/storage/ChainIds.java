package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Names a stack of layers by one digest (OCI image spec, "Layer ChainID").
final class ChainIds {
    private ChainIds() {}

    /// The ChainID of each layer above those before it, bottom first.
    static List<Digest> of(List<Digest> diffIds) {
        var chainIds = new ArrayList<Digest>(diffIds.size());
        for (var diffId : diffIds) {
            chainIds.add(
                    chainIds.isEmpty()
                            ? diffId
                            : Digest.sha256((chainIds.getLast() + " " + diffId).getBytes(StandardCharsets.UTF_8)));
        }
        return chainIds;
    }
}
