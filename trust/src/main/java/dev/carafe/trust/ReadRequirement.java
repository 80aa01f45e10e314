package dev.carafe.trust;

import dev.carafe.trust.KeyMaterial.InFile;
import dev.carafe.trust.KeyMaterial.Inline;
import dev.carafe.trust.KeyMaterial.Source;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The requirements that name keys, from a policy's JSON.
final class ReadRequirement {
    private static final Pattern PREFIX =
            Pattern.compile("(?:[A-Za-z0-9.-]+|\\[[A-Fa-f0-9:]+])(?::[0-9]{1,5})?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*");

    private ReadRequirement() {}

    static Requirement signedBy(Place place) throws BadFormException {
        place.onlyWith("type", "keyType", "keyPath", "keyPaths", "keyData", "signedIdentity");
        var keyType = place.required("keyType");
        if (!keyType.text().equals("GPGKeys")) {
            throw keyType.wrong("only GPGKeys can be verified, not " + Quoted.of(keyType.text()));
        }
        return new Requirement.SignedBy(oneSource(place, "keyPath", "keyPaths", "keyData"), identity(place));
    }

    static Requirement sigstoreSigned(Place place) throws BadFormException {
        place.onlyWith(
                "type",
                "keyPath",
                "keyPaths",
                "keyData",
                "keyDatas",
                "fulcio",
                "pki",
                "rekorPublicKeyPath",
                "rekorPublicKeyPaths",
                "rekorPublicKeyData",
                "rekorPublicKeyDatas",
                "signedIdentity");
        return new Requirement.SigstoreSigned(root(place), identity(place));
    }

    private static SigstoreRoot root(Place place) throws BadFormException {
        var keys = sources(place, "keyPath", "keyPaths", "keyData", "keyDatas");
        var fulcio = place.optional("fulcio");
        var pki = place.optional("pki");
        var kinds = keys.size() + fulcio.stream().count() + pki.stream().count();
        if (kinds != 1) {
            throw place.wrong("exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio and pki is needed");
        }
        var rekor = atMostOne(
                place, "rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas");
        try {
            if (fulcio.isPresent()) {
                return fulcio(fulcio.get(), rekor);
            }
            if (pki.isPresent()) {
                return pki(pki.get(), rekor);
            }
        } catch (IllegalArgumentException e) {
            throw place.wrong(String.valueOf(e.getMessage()));
        }
        return new SigstoreRoot.Keys(keys.getFirst(), rekor);
    }

    private static SigstoreRoot fulcio(Place place, KeyMaterial rekor) throws BadFormException {
        place.onlyWith("caPath", "caData", "oidcIssuer", "subjectEmail");
        return new SigstoreRoot.Fulcio(
                oneSource(place, "caPath", "caData"),
                place.required("oidcIssuer").text(),
                place.required("subjectEmail").text(),
                rekor);
    }

    private static SigstoreRoot pki(Place place, KeyMaterial rekor) throws BadFormException {
        place.onlyWith(
                "caRootsPath",
                "caRootsData",
                "caIntermediatesPath",
                "caIntermediatesData",
                "subjectEmail",
                "subjectHostname");
        if (!rekor.isEmpty()) {
            throw place.wrong("with pki no Rekor public key can be checked");
        }
        return new SigstoreRoot.Pki(
                oneSource(place, "caRootsPath", "caRootsData"),
                atMostOne(place, "caIntermediatesPath", "caIntermediatesData"),
                optionalText(place, "subjectEmail"),
                optionalText(place, "subjectHostname"));
    }

    private static String optionalText(Place place, String name) throws BadFormException {
        var found = place.optional(name);
        if (found.isPresent() && found.get().text().isEmpty()) {
            throw found.get().wrong("it can't be empty");
        }
        return found.isPresent() ? found.get().text() : "";
    }

    private static KeyMaterial oneSource(Place place, String... names) throws BadFormException {
        var found = sources(place, names);
        if (found.size() != 1) {
            throw place.wrong("exactly one of " + String.join(", ", names) + " is needed");
        }
        return found.getFirst();
    }

    private static KeyMaterial atMostOne(Place place, String... names) throws BadFormException {
        var found = sources(place, names);
        if (found.size() > 1) {
            throw place.wrong("at most one of " + String.join(", ", names) + " may stand here");
        }
        return found.isEmpty() ? KeyMaterial.NONE : found.getFirst();
    }

    /// A name's ending says what stands there: a Path, Paths, Data or Datas.
    private static List<KeyMaterial> sources(Place place, String... names) throws BadFormException {
        var found = new ArrayList<KeyMaterial>();
        for (var name : names) {
            var field = place.optional(name);
            if (field.isPresent()) {
                found.add(name.endsWith("s") ? several(field.get(), name) : one(field.get(), name));
            }
        }
        return found;
    }

    private static KeyMaterial one(Place place, String name) throws BadFormException {
        return new KeyMaterial(List.of(source(place, name)));
    }

    private static KeyMaterial several(Place place, String name) throws BadFormException {
        var sources = new ArrayList<Source>();
        for (var item : place.items()) {
            sources.add(source(item, name));
        }
        if (sources.isEmpty()) {
            throw place.wrong("it can't be empty");
        }
        try {
            return new KeyMaterial(sources);
        } catch (IllegalArgumentException e) {
            throw place.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static Source source(Place place, String name) throws BadFormException {
        var text = place.text();
        try {
            if (name.contains("Path")) {
                if (!Path.of(text).isAbsolute()) {
                    throw place.wrong("an absolute path is expected");
                }
                return new InFile(Path.of(text));
            }
            var bytes = Base64.getDecoder().decode(text);
            if (bytes.length == 0) {
                throw place.wrong("it can't be empty");
            }
            return new Inline("the policy's " + place.path(), bytes);
        } catch (InvalidPathException e) {
            throw place.wrong("not a path: " + Quoted.of(text));
        } catch (IllegalArgumentException e) {
            throw place.wrong("base64 is expected");
        }
    }

    private static SignedIdentity identity(Place requirement) throws BadFormException {
        Optional<Place> found = requirement.optional("signedIdentity");
        return found.isPresent() ? identityAt(found.get()) : new SignedIdentity.MatchRepoDigestOrExact();
    }

    private static SignedIdentity identityAt(Place place) throws BadFormException {
        var type = place.required("type");
        try {
            return switch (type.text()) {
                case "matchExact" -> plain(place, new SignedIdentity.MatchExact());
                case "matchRepoDigestOrExact" -> plain(place, new SignedIdentity.MatchRepoDigestOrExact());
                case "matchRepository" -> plain(place, new SignedIdentity.MatchRepository());
                case "exactReference" ->
                    new SignedIdentity.ExactReference(
                            name(place.onlyWith("type", "dockerReference"), "dockerReference"));
                case "exactRepository" ->
                    new SignedIdentity.ExactRepository(
                            name(place.onlyWith("type", "dockerRepository"), "dockerRepository")
                                    .name());
                case "remapIdentity" -> {
                    place.onlyWith("type", "prefix", "signedPrefix");
                    yield new SignedIdentity.RemapIdentity(prefix(place, "prefix"), prefix(place, "signedPrefix"));
                }
                default -> throw type.wrong("the identity " + Quoted.of(type.text()) + " is not known");
            };
        } catch (IllegalArgumentException e) {
            throw place.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static SignedIdentity plain(Place place, SignedIdentity identity) throws BadFormException {
        place.onlyWith("type");
        return identity;
    }

    private static SignedName name(Place place, String field) throws BadFormException {
        return SignedName.parse(place.required(field).text());
    }

    private static String prefix(Place place, String field) throws BadFormException {
        var found = place.required(field);
        if (!PREFIX.matcher(found.text()).matches()) {
            throw found.wrong("a registry's host or the beginning of a repository's name is expected");
        }
        return found.text();
    }
}
