package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileType;
import dev.carafe.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Finishes the topmost layer of a chain. The first chain to need nothing but modes and owners gets them in the
/// layer's own folder; a chain under which the layer is otherwise gets a copy that shares the layer's files.
final class SettleLayer {
    private final LayerFolders folders;

    SettleLayer(LayerFolders folders) {
        this.folders = folders;
    }

    void run(List<Digest> chain, List<Digest> chainIds) throws IOException, InterruptedException {
        var diffId = chain.getLast();
        var record = folders.layer(diffId).orElseThrow(() -> new IOException("it is not in the store"));
        if (folders.settled().containsKey(chainIds.getLast())) {
            return;
        }
        try (var lower = MergedView.open(lower(chain, chainIds))) {
            var settlement = Settlement.of(record, lower);
            if (!settlement.isPlain()) {
                copy(chain, chainIds.getLast(), settlement, lower);
            } else if (record.settledAs().isEmpty()) {
                inPlace(diffId, settlement);
                folders.settle(diffId, record.settledAs(settlement.fingerprint()));
            } else if (!record.settledAs().equals(settlement.fingerprint())) {
                copy(chain, chainIds.getLast(), settlement, lower);
            }
        }
    }

    /// Topmost first, ending where a layer lets nothing through.
    private List<Path> lower(List<Digest> chain, List<Digest> chainIds) {
        var lower = new ArrayList<Path>();
        var seen = new HashSet<Digest>();
        for (var i = chain.size() - 2; i >= 0; i--) {
            if (seen.add(chain.get(i))) {
                lower.add(folders.lower(chain.get(i), chainIds.get(i)));
            }
            if (folders.layer(chain.get(i)).filter(LayerRecord::rootOpaque).isPresent()) {
                break;
            }
        }
        return lower;
    }

    /// Everything is set, not only what differs: an earlier attempt may have broken off.
    private void inPlace(Digest diffId, Settlement settlement) throws IOException {
        try (var root = Directory.open(folders.files(diffId))) {
            for (var entry : settlement.directories().entrySet()) {
                var path = entry.getKey();
                var slash = path.lastIndexOf('/');
                try (var holder = root.directory(slash < 0 ? "." : path.substring(0, slash))) {
                    entry.getValue().apply(holder, path.substring(slash + 1), FileType.DIRECTORY);
                }
            }
        }
    }

    private void copy(List<Digest> chain, Digest chainId, Settlement settlement, MergedView lower)
            throws IOException, InterruptedException {
        try (var staged = folders.stage()) {
            LayerInfo info;
            try (var source = Directory.open(folders.files(chain.getLast()));
                    var holder = Directory.open(staged.folder());
                    var copy = new SettledCopy(source, holder, settlement, lower)) {
                info = copy.run();
            }
            var names = chain.stream().map(Digest::toString).toList();
            folders.publish(staged, chainId, new SettledRecord(names, info.sizeBytes(), info.inodes()));
        }
    }
}
