package dev.carafe.engine.state;

import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.spec.UserIds;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.UserNamespace;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A pod: what was asked for, verbatim but for resources that were updated since, and what was made of it.
///
/// @param handler the runtime handler's name, never empty
public record PodRecord(
        PodId id, PodSandboxConfig config, String handler, Instant createdAt, PodPlace place, PodState state) {

    public PodKey key() {
        return PodKey.of(config);
    }

    public PodRecord with(PodSandboxConfig next) {
        return new PodRecord(id, next, handler, createdAt, place, state);
    }

    public PodRecord with(PodState next) {
        return new PodRecord(id, config, handler, createdAt, place, next);
    }

    public PodRecord with(OwnProcess next) {
        return new PodRecord(id, config, handler, createdAt, place.with(next), state);
    }

    public PodRecord ready(List<String> addresses, OwnProcess process) {
        return with(process).with(new PodState.Ready(addresses));
    }

    /// What is still being made is shown to nobody.
    public boolean isVisible() {
        return !(state instanceof PodState.Starting);
    }

    /// Whether a list's filter means it; what is empty there says nothing.
    ///
    /// @param idPrefix the beginning of its id
    /// @param labels all of which it has
    public boolean isMeant(String idPrefix, Map<String, String> labels) {
        return id.value().startsWith(idPrefix)
                && (labels.isEmpty() || config.getLabelsMap().entrySet().containsAll(labels.entrySet()));
    }

    public boolean isReady() {
        return state instanceof PodState.Ready;
    }

    /// Whether its network is the node's, so that no plugin is asked.
    public boolean usesHostNetwork() {
        return config.getLinux().getSecurityContext().getNamespaceOptions().getNetwork() == NamespaceMode.NODE;
    }

    /// Its user namespace, or the host's.
    public UserNamespace users() {
        var pin = place.namespaces().get(NamespaceKind.USER);
        return pin == null ? UserNamespace.HOST : new UserNamespace(pin, UserIds.of(config));
    }

    /// Whether its containers share a process namespace: the default of the CRI, though not of Kubernetes.
    public static boolean sharesProcesses(PodSandboxConfig config) {
        return config.getLinux().getSecurityContext().getNamespaceOptions().getPid() == NamespaceMode.POD;
    }

    /// What the pod owns on this host.
    ///
    /// @param namespaces where its namespaces are pinned
    /// @param cgroup the control group that its containers are made in
    /// @param madeCgroup that group or one above it, made for this pod or for one that shares it: it goes with
    ///     the last of them; empty when all were there before
    /// @param process see there
    /// @param level by which SELinux keeps it from others; empty: nothing of it is labelled
    public record PodPlace(
            Map<NamespaceKind, Path> namespaces, String cgroup, String madeCgroup, OwnProcess process, String level) {
        public PodPlace {
            namespaces = Map.copyOf(namespaces);
        }

        PodPlace with(OwnProcess next) {
            return new PodPlace(namespaces, cgroup, madeCgroup, next, level);
        }
    }

    /// The process that is the pod's and no container's, with the pod's id for the runtime.
    ///
    /// @param imageId of which it is made; empty: the pod has none
    /// @param pid 0 until it runs
    /// @param monitorPid the same
    public record OwnProcess(String imageId, int pid, int monitorPid) {
        public static final OwnProcess NONE = new OwnProcess("", 0, 0);

        public boolean isWanted() {
            return !imageId.isEmpty();
        }
    }
}
