package dev.carafe.registry.conf;

import dev.carafe.oci.Reference;
import java.util.List;

/// A `[[registry]]`.
///
/// @param prefix host, with a port, a path, a tag or digest where it has them; or `*.` and a domain
/// @param location where what begins so is asked in place of the prefix; empty for there
/// @param mirrorByDigestOnly whether references without a digest go past the mirrors
public record RegistryRule(
        String prefix,
        String location,
        boolean insecure,
        boolean blocked,
        boolean mirrorByDigestOnly,
        List<Mirror> mirrors) {
    private static final String WILDCARD = "*.";
    private static final int NO_MATCH = -1;

    public RegistryRule {
        mirrors = List.copyOf(mirrors);
    }

    static boolean isWildcard(String prefix) {
        return prefix.startsWith(WILDCARD);
    }

    boolean matches(Reference reference) {
        return matched(reference) != NO_MATCH;
    }

    /// How many characters of the reference the prefix stands for. A host's name alone is not the beginning of
    /// the same name with a port; a wildcard stands for all ports.
    private int matched(Reference reference) {
        if (isWildcard(prefix)) {
            return hasDomain(reference.registry(), prefix.substring(1))
                    ? reference.registry().length()
                    : NO_MATCH;
        }
        var text = reference.toString();
        if (!text.startsWith(prefix)) {
            return NO_MATCH;
        }
        var separators = prefix.contains("/") ? "/:@" : "/";
        return text.length() == prefix.length() || separators.indexOf(text.charAt(prefix.length())) >= 0
                ? prefix.length()
                : NO_MATCH;
    }

    private static boolean hasDomain(String host, String domain) {
        return withoutPort(host).endsWith(domain);
    }

    private static String withoutPort(String host) {
        var colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    List<Mirror> mirrorsFor(Reference reference) {
        var byDigest = !reference.digest().isEmpty();
        return mirrorByDigestOnly && !byDigest
                ? List.of()
                : mirrors.stream().filter(m -> m.use().allows(byDigest)).toList();
    }

    /// The reference with the prefix's place taken by another.
    ///
    /// @param place a location; empty for the reference itself
    /// @throws IllegalArgumentException when that makes no image's name
    Reference moved(Reference reference, String place) {
        if (place.isEmpty() || place.equals(prefix)) {
            return reference;
        }
        var text = place + reference.toString().substring(matched(reference));
        if (Reference.isShort(text)) {
            throw new IllegalArgumentException("\"" + text + "\" has no registry, or no repository");
        }
        return Reference.parse(text);
    }

    /// Whether the host is insecure for whatever it is asked.
    ///
    /// @param host as references have it
    boolean makesInsecure(String host) {
        return (insecure && (isPlace(host, location) || isPlace(host, prefix)))
                || mirrors.stream().anyMatch(m -> m.insecure() && host.equals(m.location()));
    }

    private boolean isPlace(String host, String place) {
        return isWildcard(place) ? location.isEmpty() && hasDomain(host, place.substring(1)) : host.equals(place);
    }
}
