package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.oci.RuntimeSpec;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// A container's capabilities.
///
/// @param effective also the bounding and the permitted set
record CapabilitySets(Set<String> effective, Set<String> inheritable, Set<String> ambient) {
    CapabilitySets {
        effective = sorted(effective);
        inheritable = sorted(inheritable);
        ambient = sorted(ambient);
    }

    private static final String FIELD = "linux.security_context.capabilities.";
    private static final String ALL = "ALL";

    /// ALL comes first, so that single names change it; what is both added and dropped is dropped, ALL too. What the
    /// daemon does not hold is left out.
    static CapabilitySets of(SpecRequest request, ContainerDefaults defaults, HostFacts host, Warnings warnings) {
        var asked = request.security().getCapabilities();
        if (request.isPrivileged()) {
            return of(host.grantableCapabilities(), Set.of(), defaults);
        }
        var drops = names(asked.getDropCapabilitiesList(), "drop_capabilities");
        var adds = names(asked.getAddCapabilitiesList(), "add_capabilities");
        var ambient = names(asked.getAddAmbientCapabilitiesList(), "add_ambient_capabilities");
        var result = new TreeSet<String>();
        if (!drops.contains(ALL)) {
            if (adds.contains(ALL)) {
                result.addAll(host.grantableCapabilities());
            } else {
                defaults.capabilities().forEach(name -> result.add(CapabilityNames.full(name)));
            }
        }
        result.addAll(adds);
        result.addAll(ambient);
        result.removeAll(drops);
        result.remove(ALL);
        if (ambient.contains(ALL)) {
            ambient.addAll(result);
        }
        result.removeIf(name -> !isGrantable(name, host, warnings::once));
        ambient.retainAll(result);
        return of(result, ambient, defaults);
    }

    RuntimeSpec.Capabilities forSpec() {
        var held = List.copyOf(effective);
        return new RuntimeSpec.Capabilities(held, held, List.copyOf(inheritable), held, List.copyOf(ambient));
    }

    private static CapabilitySets of(Set<String> effective, Set<String> ambient, ContainerDefaults defaults) {
        // The kernel keeps in the ambient set only what is inheritable too: capabilities(7).
        return new CapabilitySets(effective, defaults.addInheritableCapabilities() ? effective : ambient, ambient);
    }

    private static boolean isGrantable(String name, HostFacts host, Consumer<String> warn) {
        var grantable = host.grantableCapabilities().contains(name);
        if (!grantable) {
            warn.accept("capability " + name + " is not among the daemon's own: containers go without it");
        }
        return grantable;
    }

    private static Set<String> sorted(Set<String> names) {
        return Collections.unmodifiableSet(new TreeSet<>(names));
    }

    private static Set<String> names(Iterable<String> requested, String field) {
        var names = new TreeSet<String>();
        for (var name : requested) {
            if (name.equalsIgnoreCase(ALL)) {
                names.add(ALL);
                continue;
            }
            var full = CapabilityNames.full(name);
            if (!CapabilityNames.isKnown(full)) {
                throw new Invalid(FIELD + field + ": there is no capability " + name);
            }
            names.add(full);
        }
        return names;
    }
}
