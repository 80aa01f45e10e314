package dev.carafe.registry.conf;

import dev.carafe.oci.Reference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What all files of registries.conf(5) together say.
///
/// @param rules at most one a prefix
/// @param searchRegistries hosts, for names without one
/// @param aliases short names, without tag and digest, and what they stand for
/// @param credentialHelpers who is asked for credentials, in order: [#AUTH_FILES], or the X of
///     `docker-credential-X`
public record RegistriesConf(
        List<RegistryRule> rules,
        List<String> searchRegistries,
        Map<String, String> aliases,
        ShortNameMode shortNameMode,
        List<String> credentialHelpers) {
    /// Stands among the credential helpers for the files of containers-auth.json(5).
    public static final String AUTH_FILES = "containers-auth.json";

    private static final RegistriesConf EMPTY =
            new RegistriesConf(List.of(), List.of("docker.io"), Map.of(), ShortNameMode.UNSET, List.of(AUTH_FILES));

    public RegistriesConf {
        rules = List.copyOf(rules);
        searchRegistries = List.copyOf(searchRegistries);
        aliases = Map.copyOf(aliases);
        credentialHelpers = List.copyOf(credentialHelpers);
    }

    /// What holds where no file says anything.
    public static RegistriesConf empty() {
        return EMPTY;
    }

    RegistriesConf withShortNameMode(ShortNameMode mode) {
        return new RegistriesConf(rules, searchRegistries, aliases, mode.or(shortNameMode), credentialHelpers);
    }

    /// Where the image is asked for, in order: the mirrors of the rule with the longest prefix, then the registry
    /// itself.
    ///
    /// @throws IllegalArgumentException when a rule makes no image's name of it
    public List<PullSource> sources(Reference reference) {
        var found = rule(reference);
        if (found.isEmpty()) {
            return List.of(PullSource.of(reference));
        }
        var rule = found.get();
        var sources = new ArrayList<PullSource>();
        for (var mirror : rule.mirrorsFor(reference)) {
            var there = moved(rule, reference, mirror.location());
            sources.add(new PullSource(there, mirror.insecure(), isBlocked(there)));
        }
        var there = moved(rule, reference, rule.location());
        sources.add(new PullSource(there, rule.insecure(), rule.blocked() || isBlocked(there)));
        return sources;
    }

    private static Reference moved(RegistryRule rule, Reference reference, String place) {
        try {
            return rule.moved(reference, place);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "registries.conf leads " + reference + " to no image's name: " + e.getMessage(), e);
        }
    }

    private Optional<RegistryRule> rule(Reference reference) {
        return rules.stream()
                .filter(rule -> rule.matches(reference))
                .max(Comparator.comparingInt(rule -> rule.prefix().length()));
    }

    private boolean isBlocked(Reference reference) {
        return rule(reference).filter(RegistryRule::blocked).isPresent();
    }

    /// Whether a host is insecure for whatever it is asked, also as a token service.
    ///
    /// @param host as references have it
    public boolean isInsecure(String host) {
        return rules.stream().anyMatch(rule -> rule.makesInsecure(host));
    }

    /// All that a name may stand for: itself, where it names its registry.
    ///
    /// @throws IllegalArgumentException when it is no name, or a short one that stands for nothing
    public List<Reference> meanings(String name) {
        var usual = Reference.parse(name);
        if (!Reference.isShort(name)) {
            return List.of(usual);
        }
        var bare = Reference.withoutTagAndDigest(name);
        var alias = aliases.get(bare);
        if (alias != null) {
            return List.of(Reference.parse(alias + name.substring(bare.length())));
        }
        if (searchRegistries.isEmpty()) {
            throw new IllegalArgumentException("\"" + bare + "\" names no registry, registries.conf has no alias for"
                    + " it, and its unqualified-search-registries are empty");
        }
        return searchRegistries.stream()
                .map(registry -> Reference.parse(registry + "/" + name))
                .toList();
    }

    /// What of its meanings a pull may try, in order.
    ///
    /// @throws IllegalArgumentException when it is no name, or a short one that is not allowed
    public List<Reference> pullable(String name) {
        var meanings = meanings(name);
        if (meanings.size() > 1 && shortNameMode.refusesAmbiguity()) {
            throw new IllegalArgumentException("\"" + name + "\" names no registry and could be of "
                    + String.join(", ", searchRegistries) + "; name the registry, or set an alias or short-name-mode");
        }
        return meanings;
    }
}
