package dev.carafe.registry.conf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Reads the `[[registry]]` tables of a file.
final class RuleTables {
    private static final String PLACE = "a host, perhaps with a port and a path, and without a scheme";

    private final Findings findings;

    RuleTables(Findings findings) {
        this.findings = findings;
    }

    List<RegistryRule> read(Section top) {
        var byPrefix = new LinkedHashMap<String, RegistryRule>();
        for (var table : top.sections("registry")) {
            rule(table).ifPresent(rule -> {
                var first = byPrefix.putIfAbsent(rule.prefix(), rule);
                if (first != null && !first.equals(rule)) {
                    findings.wrong(
                            table.place(),
                            "this file has another registry of the prefix " + Findings.shown(rule.prefix())
                                    + ", which says something else");
                }
            });
        }
        return List.copyOf(byPrefix.values());
    }

    private Optional<RegistryRule> rule(Section table) {
        var location = place(table, "location");
        var prefix = Place.trimmed(table.text("prefix"));
        if (prefix.isEmpty()) {
            prefix = location;
        }
        var byDigestOnly = table.flag("mirror-by-digest-only");
        var rule = new RegistryRule(
                prefix,
                location,
                table.flag("insecure"),
                table.flag("blocked"),
                byDigestOnly,
                mirrors(table, prefix, byDigestOnly));
        if (table.has("pull-from-mirror")) {
            table.wrong("pull-from-mirror", "is a mirror's, not a registry's");
        }
        table.warnOfUnknown();
        return isRight(table, prefix, location) ? Optional.of(rule) : Optional.empty();
    }

    private boolean isRight(Section table, String prefix, String location) {
        if (prefix.isEmpty()) {
            findings.wrong(table.place(), "a registry needs a prefix or a location");
            return false;
        }
        if (RegistryRule.isWildcard(prefix) ? !Place.isWildcard(prefix) : !Place.isPlace(prefix)) {
            table.wrong(
                    table.has("prefix") ? "prefix" : "location",
                    "must be " + PLACE + "; or *. and a domain: " + Findings.shown(prefix));
            return false;
        }
        if (location.isEmpty() && !RegistryRule.isWildcard(prefix)) {
            table.wrong("prefix", "needs a location unless it begins with *.");
            return false;
        }
        return location.isEmpty() || hasTagLike(table, "location", prefix, location);
    }

    /// Where the prefix names one image, so does what takes its place: nothing would be left to name it.
    private static boolean hasTagLike(Section table, String key, String prefix, String location) {
        var both = Place.hasTagOrDigest(prefix) == Place.hasTagOrDigest(location);
        if (!both) {
            table.wrong(
                    key,
                    "must have a tag or digest if the prefix has one, and none if not: " + Findings.shown(location));
        }
        return both;
    }

    private List<Mirror> mirrors(Section table, String prefix, boolean byDigestOnly) {
        var mirrors = new ArrayList<Mirror>();
        for (var mirror : table.sections("mirror")) {
            var location = place(mirror, "location");
            if (location.isEmpty()) {
                findings.wrong(mirror.place(), "a mirror needs a location");
            } else {
                hasTagLike(mirror, "location", prefix, location);
            }
            if (byDigestOnly && !mirror.text("pull-from-mirror").isEmpty()) {
                mirror.wrong("pull-from-mirror", "must not stand beside the registry's mirror-by-digest-only");
            }
            mirrors.add(new Mirror(location, mirror.flag("insecure"), use(mirror)));
            mirror.warnOfUnknown();
        }
        return mirrors;
    }

    private static Mirror.Use use(Section mirror) {
        return switch (mirror.text("pull-from-mirror")) {
            case "", "all" -> Mirror.Use.ALL;
            case "digest-only" -> Mirror.Use.DIGEST_ONLY;
            case "tag-only" -> Mirror.Use.TAG_ONLY;
            default -> {
                mirror.wrong("pull-from-mirror", "must be \"all\", \"digest-only\" or \"tag-only\"");
                yield Mirror.Use.ALL;
            }
        };
    }

    private static String place(Section table, String key) {
        var place = Place.trimmed(table.text(key));
        if (!place.isEmpty() && !Place.isPlace(place)) {
            table.wrong(key, "must be " + PLACE + ", not " + Findings.shown(place));
        }
        return place;
    }
}
