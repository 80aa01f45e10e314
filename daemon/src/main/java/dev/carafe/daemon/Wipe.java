package dev.carafe.daemon;

import dev.carafe.cri.v1.ContainerFilter;
import dev.carafe.cri.v1.ImageFilter;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.PodSandboxFilter;
import dev.carafe.daemon.logging.Causes;
import dev.carafe.engine.Engine;
import dev.carafe.engine.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Removes pods and images, each with all it owns, as their calls do it. What can't be removed is told and stays.
/// For one thread.
final class Wipe {
    private final Engine engine;
    private final Consumer<String> told;
    private final List<String> kept = new ArrayList<>();

    /// @param told gets a line for each that was removed or stays
    Wipe(Engine engine, Consumer<String> told) {
        this.engine = engine;
        this.told = told;
    }

    /// With their containers.
    void pods() throws InterruptedException {
        for (var pod : engine.pods().list(PodSandboxFilter.getDefaultInstance())) {
            var name =
                    pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
            remove("pod " + pod.getId() + " (" + name + ")", () -> {
                engine.pods().stop(pod.getId());
                engine.pods().remove(pod.getId());
            });
        }
    }

    void containers(List<String> ids) throws InterruptedException {
        for (var id : ids) {
            if (!engine.containers()
                    .list(ContainerFilter.newBuilder().setId(id).build())
                    .isEmpty()) {
                remove("container " + id, () -> engine.containers().remove(id));
            }
        }
    }

    /// Those of the own store.
    void images() throws InterruptedException {
        for (var image : engine.images().list(ImageFilter.getDefaultInstance())) {
            var names = String.join(", ", image.getRepoTagsList());
            var spec = ImageSpec.newBuilder().setImage(image.getId()).build();
            remove(
                    "image " + image.getId() + (names.isEmpty() ? "" : " (" + names + ")"),
                    () -> engine.images().remove(spec));
        }
    }

    private void remove(String what, Removal removal) throws InterruptedException {
        try {
            removal.run();
            told.accept("removed " + what);
        } catch (IOException | EngineException e) {
            kept.add(what);
            told.accept(what + " stays: " + Causes.text(e));
        }
    }

    /// What could not be removed.
    List<String> kept() {
        return List.copyOf(kept);
    }

    @FunctionalInterface
    private interface Removal {
        void run() throws IOException, InterruptedException;
    }
}
