package dev.carafe.storage;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// The folders of layers that containers' roots stand on, by the roots' own records: a running container reads its
/// files
/// there, whatever has become of the layer's record.
final class FoldersInUse {
    private static final System.Logger LOG = System.getLogger(FoldersInUse.class.getName());

    /// As many bytes as the records of some ten thousand containers have.
    private static final long MOST_BYTES = 256L << 20;

    private static final JsonType<ContainerRootRecord> ROOT = Jsonb.instance().type(ContainerRootRecord.class);

    private final StorePaths paths;
    private final Set<Path> folders = new HashSet<>();

    private FoldersInUse(StorePaths paths) {
        this.paths = paths;
    }

    /// Roots whose records can't be read are passed over: who opens those tells of them.
    static Set<Path> read(StorePaths paths) throws IOException {
        var use = new FoldersInUse(paths);
        var records = paths.containerRootRecords();
        if (Files.isDirectory(records)) {
            RecordFolder.peek(
                    records,
                    ContainerRootRecord.SCHEMA,
                    new ByteBudget(MOST_BYTES),
                    (_, json) -> use.add(json),
                    _ -> {});
        }
        return Set.copyOf(use.folders);
    }

    private void add(String json) {
        try {
            var layers = ForeignJson.read(json, ROOT::fromJson).layers();
            for (var chain : layers.chains()) {
                chain.forEach(diffId -> folders.add(paths.layer(diffId)));
                ChainIds.of(chain).forEach(chainId -> folders.add(paths.patch(chainId)));
            }
        } catch (BadJsonException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, "a container's root can't tell what it stands on", e);
        }
    }
}
