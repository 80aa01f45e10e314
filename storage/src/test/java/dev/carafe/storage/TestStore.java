package dev.carafe.storage;

import dev.carafe.linux.Mounts;
import dev.carafe.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/// A store in a folder of its own. Closing it unmounts whatever a test left mounted.
final class TestStore implements AutoCloseable {
    private final StorageConfig config;
    private Layers layers;
    private ContainerRoots roots;

    TestStore(Path folder) throws IOException {
        this(new StorageConfig(folder.resolve("root"), folder.resolve("run")));
    }

    TestStore(StorageConfig config) throws IOException {
        this.config = config;
        layers = Layers.open(config);
        roots = ContainerRoots.open(config, layers);
    }

    /// As after a restart of the daemon.
    void reopen() throws IOException {
        reopen(_ -> {});
    }

    void reopen(Step.Failpoint failpoint) throws IOException {
        reopen(LayerLimits.defaults(), failpoint);
    }

    void reopen(LayerLimits limits, Step.Failpoint failpoint) throws IOException {
        layers.close();
        layers = Layers.open(config, limits, failpoint);
        roots = ContainerRoots.open(config, layers);
    }

    StorageConfig config() {
        return config;
    }

    Layers layers() {
        return layers;
    }

    ContainerRoots roots() {
        return roots;
    }

    Path files(Digest diffId) {
        return StorePaths.files(StorePaths.of(config).layer(diffId));
    }

    /// Unpacks it under its right diffID.
    Digest add(byte[] tar) throws IOException, InterruptedException {
        var diffId = Digest.sha256(tar);
        layers.unpack(diffId, "a test's", () -> new ByteArrayInputStream(gzip(tar)));
        return diffId;
    }

    /// Unpacks all and settles them; bottom first.
    List<Digest> addChain(byte[]... tars) throws IOException, InterruptedException {
        var chain = new ArrayList<Digest>();
        for (var tar : tars) {
            chain.add(add(tar));
        }
        layers.settle(chain);
        return chain;
    }

    static byte[] gzip(byte[] bytes) {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return compressed.toByteArray();
    }

    /// Everything on disk once space is reclaimed, as text.
    Set<String> disk() throws IOException, InterruptedException {
        layers.awaitReclaimed();
        return Set.copyOf(TreeListing.of(config.root(), _ -> false, _ -> true).entrySet().stream()
                .map(Object::toString)
                .toList());
    }

    @Override
    public void close() throws IOException {
        layers.close();
        for (var mount : Mounts.read().reversed()) {
            if (mount.mountPoint().startsWith(config.runRoot())) {
                Mounts.unmount(mount.mountPoint());
            }
        }
    }
}
