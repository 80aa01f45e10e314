package dev.carafe.engine.spec;

import java.util.Map;
import java.util.Optional;

/// An annotation of pods that changes how their containers are run, where their handler allows it. CRI-O's have two
/// names, of which either is allowed with the other.
///
/// @param name its name
/// @param oldName its name in older versions
public record PodAnnotation(String name, String oldName) {
    static final PodAnnotation DEVICES = new PodAnnotation("devices.crio.io", "io.kubernetes.cri-o.Devices");
    static final PodAnnotation UMASK = new PodAnnotation("umask.crio.io", "io.kubernetes.cri-o.umask");
    static final PodAnnotation SHM_SIZE = new PodAnnotation("shm-size.crio.io", "io.kubernetes.cri-o.ShmSize");
    public static final PodAnnotation LINK_LOGS =
            new PodAnnotation("link-logs.crio.io", "io.kubernetes.cri-o.LinkLogs");
    static final PodAnnotation CGROUP_WRITABLE =
            new PodAnnotation("cgroup2-mount-hierarchy-rw.crio.io", "io.kubernetes.cri-o.cgroup2-mount-hierarchy-rw");
    static final PodAnnotation TRY_SKIP_RELABEL =
            new PodAnnotation("try-skip-volume-selinux-label.crio.io", "io.kubernetes.cri-o.TrySkipVolumeSELinuxLabel");
    public static final PodAnnotation SECCOMP_NOTIFIER =
            new PodAnnotation("seccomp-notifier-action.crio.io", "io.kubernetes.cri-o.seccompNotifierAction");
    static final PodAnnotation DISABLE_FIPS =
            new PodAnnotation("disable-fips.crio.io", "io.kubernetes.cri-o.DisableFIPS");
    private static final PodAnnotation UNIFIED =
            new PodAnnotation("unified-cgroup.crio.io", "io.kubernetes.cri-o.UnifiedCgroup");

    /// One that has had no other name.
    public static PodAnnotation named(String name) {
        return new PodAnnotation(name, name);
    }

    /// That of one container.
    static PodAnnotation unified(String container) {
        return new PodAnnotation(UNIFIED.name + "/" + container, UNIFIED.oldName + "." + container);
    }

    /// That of one of several things.
    PodAnnotation below(String thing) {
        return new PodAnnotation(name + "/" + thing, oldName + "/" + thing);
    }

    Optional<String> of(SpecRequest request) {
        return in(request.pod().getAnnotationsMap(), request.rules());
    }

    /// The pod's value, or the handler's for pods that have none.
    public Optional<String> in(Map<String, String> annotations, HandlerRules rules) {
        if (isAllowed(rules)) {
            var value = annotations.containsKey(name) ? annotations.get(name) : annotations.get(oldName);
            if (value != null) {
                return Optional.of(value);
            }
        }
        var standard = rules.defaultAnnotations();
        return Optional.ofNullable(standard.containsKey(name) ? standard.get(name) : standard.get(oldName));
    }

    boolean isAllowed(HandlerRules rules) {
        return rules.allows(name) || rules.allows(oldName);
    }

    /// For messages.
    String field() {
        return "annotations " + name;
    }
}
