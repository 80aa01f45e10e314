package dev.carafe.engine.spec;

import dev.carafe.cri.v1.IDMapping;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.NamespaceOption;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.UserNamespace;
import dev.carafe.engine.Invalid;
import dev.carafe.linux.IdRange;
import dev.carafe.oci.RuntimeSpec;
import java.util.List;

/// The ids that a pod's containers have, as Kubernetes maps them (KEP 127): one range, the same for users and groups,
/// that begins with the container's root, which is never the host's.
public final class UserIds {
    private static final String FIELD = NamespaceOptions.FIELD + ".userns_options";

    private UserIds() {}

    /// Whether the pod gets a user namespace of its own.
    public static boolean areOwn(PodSandboxConfig pod) {
        return areOwn(NamespaceOptions.of(pod));
    }

    private static boolean areOwn(NamespaceOption options) {
        return options.hasUsernsOptions() && options.getUsernsOptions().getMode() == NamespaceMode.POD;
    }

    /// Those of a pod that was let through: of its own namespace, or all.
    public static IdRange of(PodSandboxConfig pod) {
        return areOwn(pod)
                ? range(NamespaceOptions.of(pod).getUsernsOptions().getUids(0))
                : dev.carafe.linux.UserNamespace.HOST.ids();
    }

    /// For the runtime spec; empty without a user namespace.
    static List<RuntimeSpec.IdMapping> mappings(PodSandboxConfig pod) {
        var ids = of(pod);
        return areOwn(pod) ? List.of(new RuntimeSpec.IdMapping(0, ids.hostId(), ids.length())) : List.of();
    }

    static void check(NamespaceOption options) {
        if (!options.hasUsernsOptions()) {
            return;
        }
        var users = options.getUsernsOptions();
        switch (users.getMode()) {
            case NODE -> {
                if (users.getUidsCount() > 0 || users.getGidsCount() > 0) {
                    throw new Invalid(FIELD + ": mappings only with mode POD");
                }
            }
            case POD -> checkMappings(users);
            case CONTAINER, TARGET -> throw new Invalid(FIELD + ".mode: POD or NODE, not " + users.getMode());
            case UNRECOGNIZED -> throw new Invalid(FIELD + ".mode: a mode that the CRI does not have");
        }
    }

    private static void checkMappings(UserNamespace users) {
        if (users.getUidsCount() != 1 || users.getGidsCount() != 1) {
            throw new Invalid(FIELD + ": exactly one mapping of uids and one of gids");
        }
        if (!users.getUids(0).equals(users.getGids(0))) {
            throw new Invalid(FIELD + ": uids and gids must be mapped alike");
        }
        var mapping = users.getUids(0);
        if (mapping.getContainerId() != 0) {
            throw new Invalid(FIELD + ".uids.container_id: the mapping must begin with 0");
        }
        if (mapping.getHostId() == 0) {
            throw new Invalid(FIELD + ".uids.host_id: the pod's root would be the host's");
        }
        range(mapping);
    }

    private static IdRange range(IDMapping mapping) {
        try {
            return new IdRange(
                    Integer.toUnsignedLong(mapping.getHostId()), Integer.toUnsignedLong(mapping.getLength()));
        } catch (IllegalArgumentException e) {
            throw new Invalid(FIELD + ".uids: " + e.getMessage());
        }
    }

    /// What the pod shares with the host can't belong to its user namespace.
    static void checkPod(NamespaceOption options) {
        if (!areOwn(options)) {
            return;
        }
        if (options.getNetwork() == NamespaceMode.NODE) {
            throw new Invalid(FIELD + ": a user namespace needs a network namespace of the pod's own");
        }
        if (options.getIpc() == NamespaceMode.NODE) {
            throw new Invalid(FIELD + ": a user namespace needs an IPC namespace of the pod's own");
        }
        if (options.getPid() == NamespaceMode.NODE) {
            throw new Invalid(FIELD + ": a user namespace needs process namespaces of the pod's own");
        }
    }

    /// A container that says nothing is in its pod's.
    static void checkContainer(NamespaceOption options, PodSandboxConfig pod) {
        if (areOwn(pod) && options.getPid() == NamespaceMode.NODE) {
            throw new Invalid(NamespaceOptions.FIELD + ".pid: NODE in a pod that has a user namespace");
        }
        if (!options.hasUsernsOptions()) {
            return;
        }
        var same = areOwn(pod)
                ? options.getUsernsOptions().equals(NamespaceOptions.of(pod).getUsernsOptions())
                : !areOwn(options);
        if (!same) {
            throw new Invalid(FIELD + ": not those of the pod");
        }
    }

    /// Whether the mount shows the pod's owners.
    static boolean areMapped(Mount mount) {
        return mount.getUidMappingsCount() > 0;
    }

    static void checkMount(Mount mount, PodSandboxConfig pod, String where) {
        if (mount.getUidMappingsCount() == 0 && mount.getGidMappingsCount() == 0) {
            return;
        }
        var users = NamespaceOptions.of(pod).getUsernsOptions();
        if (!areOwn(pod)
                || !mount.getUidMappingsList().equals(users.getUidsList())
                || !mount.getGidMappingsList().equals(users.getGidsList())) {
            throw new Invalid(where + "uidMappings, gidMappings: not those of the pod's user namespace");
        }
    }
}
