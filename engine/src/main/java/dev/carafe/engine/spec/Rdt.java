package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.engine.rdt.RdtClass;
import dev.carafe.engine.rdt.RdtFile;
import dev.carafe.oci.IntelRdt;
import java.util.Optional;
import java.util.function.Predicate;

/// The class of caches and memory bandwidth that annotations name for a container. The container's own annotation,
/// which the handler has to allow, is stronger than the pod's of the container's name, and that than the pod's for all.
final class Rdt {
    private static final String OF_CONTAINER = "io.kubernetes.cri.rdt-class";
    private static final String DOMAIN = "rdt.resources.beta.kubernetes.io/";

    private final Optional<RdtFile> classes;
    private final boolean canShareOut;

    Rdt(ContainerDefaults defaults, HostFacts host) {
        this.classes = defaults.additions().rdt();
        this.canShareOut = host.resctrl().isPresent();
    }

    /// Empty where no class is named, or the one of everything on the node; also for a pod's own process.
    ///
    /// @throws Invalid when the node has no such class, or it is not for annotations
    Optional<IntelRdt> of(SpecRequest request) {
        if (request.isOfPod()) {
            return Optional.empty();
        }
        var own = request.container().getAnnotationsMap().get(OF_CONTAINER);
        if (own != null && request.rules().allows(OF_CONTAINER)) {
            return of(own, "annotations " + OF_CONTAINER, RdtClass::refusesContainers);
        }
        var annotations = request.pod().getAnnotationsMap();
        for (var key : new String[] {DOMAIN + "container." + AnnotatedLimits.containerName(request), DOMAIN + "pod"}) {
            var name = annotations.get(key);
            if (name != null) {
                return of(name, "annotations " + key, RdtClass::refusesPods);
            }
        }
        return Optional.empty();
    }

    /// By a plugin.
    ///
    /// @throws Invalid when the node has no such class
    Optional<IntelRdt> named(String name) {
        return of(name, "rdt_class", _ -> false);
    }

    private Optional<IntelRdt> of(String name, String field, Predicate<RdtClass> refuses) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        var about = field + ": class " + name + ": ";
        if (classes.isEmpty()) {
            throw new Invalid(about + "this node has no classes (rdt_config_file)");
        }
        if (!canShareOut) {
            throw new Invalid(about + "no resctrl is mounted on this host");
        }
        var known = classes.get().of(name);
        var isRoot = name.equals(RdtFile.ROOT);
        if (known.isEmpty() && !isRoot) {
            throw new Invalid(about + "there is no such class");
        }
        if (known.filter(refuses).isPresent()) {
            throw new Invalid(about + "it is not for annotations of this kind");
        }
        return isRoot ? Optional.empty() : Optional.of(IntelRdt.of(name));
    }
}
