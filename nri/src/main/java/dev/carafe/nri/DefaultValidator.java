package dev.carafe.nri;

import dev.carafe.api.nri.Field;
import dev.carafe.api.nri.FieldOwners;
import dev.carafe.api.nri.PluginInstance;
import dev.carafe.api.nri.SecurityProfile;
import dev.carafe.api.nri.ValidateContainerAdjustmentRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The validator that needs no plugin. Safe for all threads.
final class DefaultValidator {
    /// Names further plugins, for a container or for its pod, as a YAML list of one line.
    private static final String REQUIRED = "required-plugins.noderesource.dev";

    /// What Go reads as true.
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");

    private final ValidatorRules rules;

    DefaultValidator(ValidatorRules rules) {
        this.rules = rules;
    }

    /// @throws PluginException when the rules refuse it
    void check(ValidateContainerAdjustmentRequest request) throws PluginException {
        var owners = request.getOwners()
                .getOwnersOrDefault(request.getContainer().getId(), FieldOwners.getDefaultInstance());
        if (rules.refusesHooks() && owners.containsSimple(Field.OCI_HOOKS_VALUE)) {
            throw refused("adds OCI hooks", owners.getSimpleOrThrow(Field.OCI_HOOKS_VALUE));
        }
        if (owners.containsSimple(Field.SECCOMP_POLICY_VALUE) && refusesSeccomp(request)) {
            throw refused("changes the seccomp policy", owners.getSimpleOrThrow(Field.SECCOMP_POLICY_VALUE));
        }
        if (rules.refusesNamespaces() && owners.containsCompound(Field.NAMESPACE_VALUE)) {
            throw refused(
                    "changes namespaces",
                    String.join(
                            ",",
                            owners.getCompoundOrThrow(Field.NAMESPACE_VALUE)
                                    .getOwnersMap()
                                    .values()));
        }
        checkRequired(request);
    }

    private static PluginException refused(String what, String plugins) {
        return new PluginException("the default NRI validator refuses it: plugin " + plugins + " " + what);
    }

    private boolean refusesSeccomp(ValidateContainerAdjustmentRequest request) {
        var linux = request.getContainer().getLinux();
        var type = linux.hasSeccompProfile()
                ? linux.getSeccompProfile().getProfileType()
                : SecurityProfile.ProfileType.UNCONFINED;
        return switch (type) {
            case RUNTIME_DEFAULT -> rules.refusesDefaultSeccomp();
            case UNCONFINED -> rules.refusesUnconfinedSeccomp();
            case LOCALHOST, UNRECOGNIZED -> rules.refusesCustomSeccomp();
        };
    }

    private void checkRequired(ValidateContainerAdjustmentRequest request) throws PluginException {
        var annotations = request.getPod().getAnnotationsMap();
        var container = request.getContainer().getName();
        if (!rules.toleratingAnnotation().isEmpty()
                && effective(annotations, rules.toleratingAnnotation(), container)
                        .filter(TRUE::contains)
                        .isPresent()) {
            return;
        }
        var required = new ArrayList<>(rules.requiredPlugins());
        effective(annotations, REQUIRED, container).ifPresent(list -> required.addAll(names(list)));
        var there = new HashSet<String>();
        for (PluginInstance plugin : request.getPluginsList()) {
            there.add(plugin.getName());
            there.add(plugin.getIndex() + "-" + plugin.getName());
        }
        required.removeAll(there);
        if (!required.isEmpty()) {
            throw new PluginException("the default NRI validator refuses it: required plugins are not there: "
                    + String.join(", ", required));
        }
    }

    /// What is said for the container goes before what is said for the pod.
    private static Optional<String> effective(Map<String, String> annotations, String key, String container) {
        for (var name : List.of(key + "/container." + container, key + "/pod", key)) {
            if (annotations.containsKey(name)) {
                return Optional.ofNullable(annotations.get(name));
            }
        }
        return Optional.empty();
    }

    private static List<String> names(String list) {
        return Stream.of(list.split("[\\[\\],\"'\\s]+", -1))
                .filter(name -> !name.isEmpty() && !name.equals("-"))
                .toList();
    }
}
