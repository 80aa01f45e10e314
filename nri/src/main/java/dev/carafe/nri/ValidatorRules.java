package dev.carafe.nri;

import java.util.List;

/// What the built-in validator refuses; crio.conf's \[crio.nri.default_validator].
///
/// @param requiredPlugins names of plugins without which no container is created
/// @param toleratingAnnotation by which a pod does without them; empty: there is none
public record ValidatorRules(
        boolean isEnabled,
        boolean refusesHooks,
        boolean refusesDefaultSeccomp,
        boolean refusesUnconfinedSeccomp,
        boolean refusesCustomSeccomp,
        boolean refusesNamespaces,
        List<String> requiredPlugins,
        String toleratingAnnotation) {
    public static final ValidatorRules NONE =
            new ValidatorRules(false, false, false, false, false, false, List.of(), "");

    public ValidatorRules {
        requiredPlugins = List.copyOf(requiredPlugins);
    }
}
