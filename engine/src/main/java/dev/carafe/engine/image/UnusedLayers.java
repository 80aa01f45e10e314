package dev.carafe.engine.image;

import dev.carafe.oci.Digest;
import dev.carafe.storage.ContainerRoots;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.Layers;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// The layers that neither an image nor a container's root stands on. Safe for all threads.
public final class UnusedLayers {
    private final Layers layers;
    private final ImageIndex index;
    private final ContainerRoots roots;

    public UnusedLayers(Layers layers, ImageIndex index, ContainerRoots roots) {
        this.layers = layers;
        this.index = index;
        this.roots = roots;
    }

    public void collect() throws IOException, InterruptedException {
        layers.collect(this::used);
    }

    private Set<Digest> used() {
        var used = new HashSet<>(index.usedLayers());
        used.addAll(roots.usedLayers());
        return used;
    }

    /// What stores images.
    @FunctionalInterface
    public interface Storing<R> {
        R run() throws IOException, InterruptedException;
    }

    /// Stores images; of what fails nothing stays: layers that came whole before another failed are nobody's.
    public <R> R collectAfterFailure(Storing<R> storing) throws IOException, InterruptedException {
        try {
            return storing.run();
        } catch (IOException | InterruptedException | RuntimeException e) {
            collectAfter(e);
            throw e;
        }
    }

    private void collectAfter(Exception failure) throws InterruptedException {
        try {
            collect();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
