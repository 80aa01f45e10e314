package dev.carafe.engine;

import dev.carafe.engine.decrypt.LayerKeys;
import dev.carafe.engine.image.KeptSignatures;
import dev.carafe.engine.image.LoadImages;
import dev.carafe.engine.image.LoadImages.Loaded;
import dev.carafe.engine.image.NamedImages;
import dev.carafe.engine.image.SaveImages;
import dev.carafe.engine.image.SaveImages.Form;
import dev.carafe.engine.image.SaveImages.Saved;
import dev.carafe.engine.image.StoreImage;
import dev.carafe.engine.image.UnusedLayers;
import dev.carafe.engine.state.Folders;
import dev.carafe.linux.HostDigests;
import dev.carafe.oci.Digest;
import dev.carafe.oci.Reference;
import dev.carafe.storage.ContainerRoots;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StorageConfig;
import dev.carafe.storage.StoredImage;
import dev.carafe.trust.Trust;
import dev.carafe.trust.TrustConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;

/// The store of images of a node whose daemon is stopped. Whoever opens it keeps daemons away meanwhile. For one
/// thread.
public final class OfflineImages implements AutoCloseable {
    private final Layers layers;
    private final UnusedLayers unused;
    private final LoadImages load;
    private final SaveImages save;

    private OfflineImages(Layers layers, UnusedLayers unused, LoadImages load, SaveImages save) {
        this.layers = layers;
        this.unused = unused;
        this.load = load;
        this.save = save;
    }

    /// @param decryptionKeys `decryption_keys_path`
    public static OfflineImages open(StorageConfig storage, TrustConfig trust, Path decryptionKeys, Clock clock)
            throws IOException {
        HostDigests.add(Digest.STREAMS);
        var records = Folders.records(storage);
        Files.createDirectories(records);
        var layers = Layers.open(storage);
        try {
            var index = ImageIndex.open(storage, layers);
            var unused = new UnusedLayers(layers, index, ContainerRoots.open(storage, layers));
            var known = index.list().stream().map(StoredImage::id).collect(Collectors.toSet());
            // What is imported may become another node's additional store, so it has to stand by itself.
            var store = new StoreImage(
                    layers,
                    layers::missingHere,
                    index,
                    KeptSignatures.open(records, known),
                    new LayerKeys(decryptionKeys),
                    Failpoint.NONE);
            var named = new NamedImages(index, name -> List.of(Reference.parse(name)));
            return new OfflineImages(
                    layers,
                    unused,
                    new LoadImages(new Trust(trust, clock), store, layers, clock),
                    new SaveImages(named, layers, unused));
        } catch (IOException | RuntimeException e) {
            layers.close();
            throw e;
        }
    }

    /// As [LoadImages#load]. Of what failed nothing stays.
    public List<Loaded> load(Path path, String name) throws IOException, InterruptedException {
        return unused.collectAfterFailure(() -> load.load(path, name));
    }

    /// As [SaveImages#save]. Short names are Docker Hub's.
    public List<Saved> save(List<String> images, Path path, Form form) throws IOException, InterruptedException {
        return save.save(images, path, form);
    }

    @Override
    public void close() {
        layers.close();
    }
}
