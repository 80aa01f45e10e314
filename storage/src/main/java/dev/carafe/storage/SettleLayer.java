package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finishes the topmost layer of a chain. The layer's own folder stays as it was unpacked, for all chains; what
/// it lacks in this one goes into a thin layer above it.
final class SettleLayer {
    private final LayerFolders folders;

    SettleLayer(LayerFolders folders) {
        this.folders = folders;
    }

    /// @param lower what the layers below give to an overlay mount, topmost first
    void run(List<Digest> chain, Digest chainId, List<Path> lower) throws IOException, InterruptedException {
        if (folders.settled().containsKey(chainId)) {
            return;
        }
        var diffId = chain.getLast();
        var layers = new ArrayList<Path>();
        layers.add(folders.files(diffId));
        layers.addAll(lower);
        try (var view = MergedView.open(layers)) {
            var settlement = Settlement.of(folders.unsettled(diffId), view);
            if (settlement.isEmpty()) {
                folders.recordSettled(chainId, SettledRecord.plain(chain));
            } else {
                patch(chain, chainId, settlement, view);
            }
        }
    }

    private void patch(List<Digest> chain, Digest chainId, Settlement settlement, MergedView view)
            throws IOException, InterruptedException {
        try (var staged = folders.stage()) {
            LayerInfo info;
            try (var holder = Directory.open(staged.folder());
                    var patch = new LayerPatch(view, settlement, holder, staged.folder())) {
                info = patch.run();
            }
            folders.publish(staged, chainId, SettledRecord.patched(chain, info));
        }
    }
}
