package dev.carafe.engine.state;

import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.linux.NamespaceKind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/// A pod: what was asked for, verbatim, and what was made of it.
///
/// @param handler the runtime handler's name, never empty
public record PodRecord(
        PodId id, PodSandboxConfig config, String handler, Instant createdAt, PodPlace place, PodState state) {

    public PodKey key() {
        return PodKey.of(config);
    }

    public PodRecord with(PodState next) {
        return new PodRecord(id, config, handler, createdAt, place, next);
    }

    public boolean isReady() {
        return state instanceof PodState.Ready;
    }

    /// Whether its network is the node's, so that no plugin is asked.
    public boolean usesHostNetwork() {
        return config.getLinux().getSecurityContext().getNamespaceOptions().getNetwork() == NamespaceMode.NODE;
    }

    /// What the pod owns on this host.
    ///
    /// @param namespaces where its namespaces are pinned
    /// @param cgroup the control group that its containers are made in
    /// @param madeCgroup that group or one above it, made for this pod or for one that shares it: it goes with
    ///     the last of them; empty when all were there before
    public record PodPlace(Map<NamespaceKind, Path> namespaces, String cgroup, String madeCgroup) {
        public PodPlace {
            namespaces = Map.copyOf(namespaces);
        }
    }
}
