package dev.carafe.engine.pod;

import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.spec.IdFloor;
import dev.carafe.engine.spec.Sysctls;
import dev.carafe.engine.spec.UserIds;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.Directory;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.NamespaceSetup;
import dev.carafe.linux.Namespaces;
import dev.carafe.linux.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A pod's own namespaces, pinned as files so that no process has to hold them; only the process namespace lives and
/// ends with its first process.
public final class PodNamespaces {
    private final Path directory;
    private final Map<String, String> defaultSysctls;
    private final IdFloor floor;

    /// @param directory holds a folder for each kind: userns, netns, ipcns, utsns, pidns
    /// @param defaultSysctls for each pod; the request's go before them
    /// @param floor of user namespaces
    public PodNamespaces(Path directory, Map<String, String> defaultSysctls, IdFloor floor) {
        this.directory = directory;
        this.floor = floor;
        this.defaultSysctls = Map.copyOf(defaultSysctls);
    }

    /// Where the namespaces that the request wants will be pinned.
    ///
    /// @throws dev.carafe.engine.Invalid when the node does not grant one
    Map<NamespaceKind, Path> plan(PodId id, PodSandboxConfig config) {
        floor.require(config);
        var options = config.getLinux().getSecurityContext().getNamespaceOptions();
        var plan = new EnumMap<NamespaceKind, Path>(NamespaceKind.class);
        if (options.getNetwork() != NamespaceMode.NODE) {
            plan.put(NamespaceKind.NETWORK, pin(NamespaceKind.NETWORK, id));
            plan.put(NamespaceKind.UTS, pin(NamespaceKind.UTS, id));
        }
        if (options.getIpc() != NamespaceMode.NODE) {
            plan.put(NamespaceKind.IPC, pin(NamespaceKind.IPC, id));
        }
        if (UserIds.areOwn(config)) {
            plan.put(NamespaceKind.USER, pin(NamespaceKind.USER, id));
        }
        if (PodRecord.sharesProcesses(config)) {
            plan.put(NamespaceKind.PID, pin(NamespaceKind.PID, id));
        }
        return plan;
    }

    private Path pin(NamespaceKind kind, PodId id) {
        return folder(kind).resolve(id.value());
    }

    private Path folder(NamespaceKind kind) {
        return directory.resolve(kind.procName() + "ns");
    }

    /// All but the process namespace, which comes with the pod's own process.
    void make(PodRecord pod) throws IOException, InterruptedException {
        var pins = new EnumMap<NamespaceKind, Path>(NamespaceKind.class);
        pins.putAll(pod.place().namespaces());
        pins.remove(NamespaceKind.PID);
        for (var pin : pins.values()) {
            Files.createDirectories(pin.getParent());
        }
        if (!pins.isEmpty()) {
            var hostname = pins.containsKey(NamespaceKind.UTS) ? PodFiles.hostname(pod) : "";
            var setup = new NamespaceSetup(hostname, sysctls(pod), pins.containsKey(NamespaceKind.NETWORK));
            if (pins.containsKey(NamespaceKind.USER)) {
                UserNamespace.pin(pins, pod.users().ids(), setup);
            } else {
                Namespaces.pin(pins, setup);
            }
        }
    }

    /// Those of the request; before them the configured ones that fit the pod's own namespaces.
    Map<String, String> sysctls(PodRecord pod) {
        var own = pod.place().namespaces().keySet();
        var network = own.contains(NamespaceKind.NETWORK);
        var ipc = own.contains(NamespaceKind.IPC);
        return Sysctls.forPod(defaultSysctls, pod.config().getLinux().getSysctlsMap(), network, ipc);
    }

    public void remove(PodRecord pod) throws IOException {
        for (var pin : pod.place().namespaces().values()) {
            Namespaces.unpin(pin);
        }
    }

    /// Of all that something is pinned for, with a record or without.
    public Set<String> ids() throws IOException {
        var ids = new TreeSet<String>();
        for (var kind : NamespaceKind.values()) {
            var folder = folder(kind);
            if (Files.isDirectory(folder)) {
                try (var pins = Directory.open(folder)) {
                    pins.names().stream().filter(PodId::isOne).forEach(ids::add);
                }
            }
        }
        return ids;
    }

    public Path networkPin(PodId id) {
        return pin(NamespaceKind.NETWORK, id);
    }

    /// Of a pod that has no record.
    public void removeLost(PodId id) throws IOException {
        for (var kind : NamespaceKind.values()) {
            if (Files.exists(pin(kind, id))) {
                Namespaces.unpin(pin(kind, id));
            }
        }
    }

    /// False after a reboot.
    public boolean areThere(PodRecord pod) throws IOException {
        for (var pin : pod.place().namespaces().values()) {
            if (!Namespaces.isPinned(pin)) {
                return false;
            }
        }
        return true;
    }
}
