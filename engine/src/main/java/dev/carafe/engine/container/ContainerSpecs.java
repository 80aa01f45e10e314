package dev.carafe.engine.container;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.engine.spec.BuiltSpec;
import dev.carafe.engine.spec.ContainerConfigCheck;
import dev.carafe.engine.spec.ContainerDefaults;
import dev.carafe.engine.spec.HostFacts;
import dev.carafe.engine.spec.PodRuntime;
import dev.carafe.engine.spec.SpecBuilder;
import dev.carafe.engine.spec.SpecRequest;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.Folders;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.RuntimeSpec;
import dev.carafe.runtime.Bundle;
import dev.carafe.runtime.CgroupManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The OCI runtime spec of a container in its pod: built at its creation, read from its bundle later.
public final class ContainerSpecs {
    private volatile SpecBuilder builder;
    private final HostFacts host;
    private final Folders folders;
    private final CgroupManager cgroupManager;
    private final long logSizeMaxBytes;

    public ContainerSpecs(ContainerDefaults defaults, HostFacts host, Folders folders, CgroupManager cgroupManager) {
        this.builder = new SpecBuilder(defaults, host);
        this.host = host;
        this.folders = folders;
        this.cgroupManager = cgroupManager;
        this.logSizeMaxBytes = defaults.logSizeMaxBytes();
    }

    /// For containers that are created from now on.
    public void use(ContainerDefaults defaults) {
        builder = new SpecBuilder(defaults, host);
    }

    long logSizeMaxBytes() {
        return logSizeMaxBytes;
    }

    /// Before anything is made.
    void check(PodRecord pod, ContainerConfig config) {
        ContainerConfigCheck.refuseUnsupported(config, pod.config(), host);
    }

    BuiltSpec build(PodRecord pod, ContainerRecord container, ImageConfig image, Path rootfs) throws IOException {
        return builder.build(new SpecRequest(
                container.id().value(), container.config(), pod.config(), podRuntime(pod), image, rootfs));
    }

    RuntimeSpec of(ContainerId id) throws IOException {
        return Bundle.read(folders.bundle(id));
    }

    RuntimeSpec.Process exec(ContainerId id, List<String> command) throws IOException {
        return builder.execProcess(of(id), command);
    }

    private PodRuntime podRuntime(PodRecord pod) {
        var folder = folders.pod(pod.id());
        return new PodRuntime(
                pod.id().value(),
                pod.place().namespaces(),
                usesHostIpc(pod) ? Path.of("/dev/shm") : folder.resolve(PodFile.SHM),
                folder.resolve(PodFile.RESOLV_CONF),
                folder.resolve(PodFile.HOSTNAME),
                folder.resolve(PodFile.HOSTS),
                pod.place().cgroup(),
                cgroupManager);
    }

    private static boolean usesHostIpc(PodRecord pod) {
        return pod.config()
                        .getLinux()
                        .getSecurityContext()
                        .getNamespaceOptions()
                        .getIpc()
                == NamespaceMode.NODE;
    }

    /// The names of the files in a pod's folder.
    public static final class PodFile {
        public static final String SHM = "shm";
        public static final String RESOLV_CONF = "resolv.conf";
        public static final String HOSTNAME = "hostname";
        public static final String HOSTS = "hosts";

        private PodFile() {}
    }
}
