package dev.carafe.system;

import dev.carafe.cri.v1.AuthConfig;
import dev.carafe.cri.v1.ContainerFilter;
import dev.carafe.cri.v1.ImageFilter;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.PodSandboxFilter;
import dev.carafe.daemon.config.Configuration;
import dev.carafe.daemon.config.EngineSettings;
import dev.carafe.daemon.config.Flags;
import dev.carafe.daemon.config.Host;
import dev.carafe.engine.Engine;
import dev.carafe.engine.EngineConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The whole life of an image, a pod and a container through the engine, without a socket between: so that a test can
/// break it at each of its steps.
public record PodLife(Engine engine, TestHost host, String image) {
    public static EngineConfig configuration(TestHost host) throws IOException {
        var flags = Flags.parse(List.of(
                "--config",
                host.configuration().toString(),
                "--config-dir",
                "",
                "--registries-conf",
                host.registries().toString()));
        return EngineSettings.of(
                        Configuration.load(flags, Map.of()).configuration(),
                        Host.detect(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")))
                .config();
    }

    public void run() throws IOException, InterruptedException {
        var pods = engine.pods();
        var containers = engine.containers();
        engine.images().pull(spec(), AuthConfig.getDefaultInstance(), "");
        var pod = pods.run(Cri.sharingProcesses(Cri.pod(host, "life")), "");
        var main = Cri.container("main", image, "sleep", "1000").toBuilder()
                .addMounts(Cri.imageMount(image, "/image"))
                .build();
        var container = containers.create(pod, main);
        containers.start(container);
        var debug = containers.create(pod, Cri.joining(Cri.container("debug", image, "sleep", "1000"), container));
        containers.start(debug);
        containers.execSync(container, List.of("true"), Duration.ofSeconds(30));
        containers.update(
                container,
                LinuxContainerResources.newBuilder()
                        .setMemoryLimitInBytes(64 << 20)
                        .build());
        containers.stop(container, Duration.ZERO);
        containers.remove(container);
        pods.stop(pod);
        pods.remove(pod);
        engine.images().remove(spec());
    }

    /// What the kubelet does with what it finds and doesn't want.
    public void removeAll() throws IOException, InterruptedException {
        for (var pod : engine.pods().list(PodSandboxFilter.getDefaultInstance())) {
            engine.pods().stop(pod.getId());
            engine.pods().remove(pod.getId());
        }
        for (var found : engine.images().list(ImageFilter.getDefaultInstance())) {
            engine.images()
                    .remove(ImageSpec.newBuilder().setImage(found.getId()).build());
        }
    }

    public int podCount() {
        return engine.pods().list(PodSandboxFilter.getDefaultInstance()).size();
    }

    public int containerCount() {
        return engine.containers().list(ContainerFilter.getDefaultInstance()).size();
    }

    public int imageCount() {
        return engine.images().list(ImageFilter.getDefaultInstance()).size();
    }

    private ImageSpec spec() {
        return ImageSpec.newBuilder().setImage(image).build();
    }
}
