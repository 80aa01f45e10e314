package dev.carafe.engine.spec;

import dev.carafe.linux.CgroupMode;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.oci.RuntimeSpec;
import java.util.ArrayList;
import java.util.List;

/// The namespaces of a container: the pod's for users, network, IPC and host name, its own for the rest, but for the
/// process namespace, which may be shared. One that is not in the list is the host's, and that must have been asked
/// for.
final class NamespaceList {
    private NamespaceList() {}

    static List<RuntimeSpec.Namespace> of(SpecRequest request, HostFacts host) {
        var namespaces = new ArrayList<RuntimeSpec.Namespace>();
        ofPod(namespaces, request, NamespaceKind.USER, !UserIds.areOwn(request.pod()));
        var hostNetwork = NamespaceOptions.hasHostNetwork(request.pod());
        ofPod(namespaces, request, NamespaceKind.NETWORK, hostNetwork);
        ofPod(namespaces, request, NamespaceKind.IPC, NamespaceOptions.hasHostIpc(request.pod()));
        ofPod(namespaces, request, NamespaceKind.UTS, hostNetwork);
        pid(namespaces, request);
        namespaces.add(own(NamespaceKind.MOUNT));
        if (host.cgroupMode() == CgroupMode.V2 && !request.isPrivileged()) {
            namespaces.add(own(NamespaceKind.CGROUP));
        }
        return namespaces;
    }

    private static void ofPod(
            List<RuntimeSpec.Namespace> namespaces, SpecRequest request, NamespaceKind kind, boolean mayBeOfHost) {
        var pin = request.podRuntime().namespaces().get(kind);
        if (pin != null) {
            namespaces.add(new RuntimeSpec.Namespace(type(kind), pin.toString()));
        } else if (!mayBeOfHost) {
            throw new IllegalStateException(
                    "pod " + request.podRuntime().sandboxId() + " has no " + kind + " namespace for its containers");
        }
    }

    /// The pod's, or that of another container, is joined where it is pinned.
    private static void pid(List<RuntimeSpec.Namespace> namespaces, SpecRequest request) {
        switch (NamespaceOptions.pid(request.security(), request.pod())) {
            case CONTAINER -> namespaces.add(own(NamespaceKind.PID));
            case POD, TARGET -> ofPod(namespaces, request, NamespaceKind.PID, false);
            case NODE -> {}
            case UNRECOGNIZED -> throw new IllegalStateException("a mode that was to be refused before");
        }
    }

    private static RuntimeSpec.Namespace own(NamespaceKind kind) {
        return new RuntimeSpec.Namespace(type(kind), null);
    }

    /// The runtime spec's words (config-linux.md, Namespaces).
    private static String type(NamespaceKind kind) {
        return switch (kind) {
            case NETWORK -> "network";
            case IPC -> "ipc";
            case UTS -> "uts";
            case PID -> "pid";
            case USER -> "user";
            case MOUNT -> "mount";
            case CGROUP -> "cgroup";
        };
    }
}
