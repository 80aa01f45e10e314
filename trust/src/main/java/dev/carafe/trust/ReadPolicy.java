package dev.carafe.trust;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// From a policy's bytes to the policy. What it does not know is an error: a misspelled requirement would be
/// none.
final class ReadPolicy {
    static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final int MOST_REQUIREMENTS = 64;

    /// Whose scopes are folders.
    private static final Set<String> FOLDERS = Set.of("dir", "oci");

    private ReadPolicy() {}

    static Policy file(Path file) throws PolicyException {
        return parse(file, BoundedFile.read(file, MAX_BYTES, "the signature policy"));
    }

    static Policy parse(Path file, byte[] json) throws PolicyException {
        try {
            var document = Place.root(json).onlyWith("default", "transports");
            var standard = requirements(document.required("default"));
            var transports = new LinkedHashMap<String, Map<String, List<Requirement>>>();
            var found = document.optional("transports");
            if (found.isPresent()) {
                for (var transport : found.get().entries().entrySet()) {
                    transports.put(transport.getKey(), scopes(transport.getKey(), transport.getValue()));
                }
            }
            return new Policy(file, standard, transports);
        } catch (BadFormException e) {
            throw new PolicyException("the signature policy " + file + " is wrong: " + e.getMessage(), e);
        }
    }

    private static Map<String, List<Requirement>> scopes(String transport, Place place) throws BadFormException {
        var scopes = new LinkedHashMap<String, List<Requirement>>();
        for (var scope : place.entries().entrySet()) {
            checkScope(transport, scope.getKey(), scope.getValue());
            scopes.put(scope.getKey(), requirements(scope.getValue()));
        }
        return scopes;
    }

    /// What could never match is a mistake that leaves images less protected than its writer thinks.
    private static void checkScope(String transport, String scope, Place place) throws BadFormException {
        if (scope.isEmpty()) {
            return;
        }
        if (FOLDERS.contains(transport) && !(scope.startsWith("/") && isNormal(scope))) {
            throw place.wrong("a scope of " + transport + " is the absolute path of a folder other than /");
        }
        if (transport.equals("docker-archive")) {
            throw place.wrong("docker-archive has no scope but the empty one");
        }
        if (transport.equals("docker") && scope.lastIndexOf('*') > 0) {
            throw place.wrong("a * may only stand at the beginning, before a dot");
        }
    }

    private static boolean isNormal(String path) {
        var normal = Path.of(path).normalize().toString();
        return normal.equals(path) && !normal.equals("/");
    }

    private static List<Requirement> requirements(Place place) throws BadFormException {
        var requirements = new ArrayList<Requirement>();
        for (var item : place.items()) {
            requirements.add(requirement(item));
        }
        if (requirements.isEmpty()) {
            throw place.wrong("a list of requirements can't be empty; insecureAcceptAnything says that there are none");
        }
        if (requirements.size() > MOST_REQUIREMENTS) {
            throw place.wrong("at most " + MOST_REQUIREMENTS + " requirements may stand here");
        }
        return requirements;
    }

    private static Requirement requirement(Place place) throws BadFormException {
        var type = place.required("type");
        return switch (type.text()) {
            case "insecureAcceptAnything" -> {
                place.onlyWith("type");
                yield new Requirement.AcceptAnything();
            }
            case "reject" -> {
                place.onlyWith("type");
                yield new Requirement.Reject();
            }
            case "signedBy" -> ReadRequirement.signedBy(place);
            case "sigstoreSigned" -> ReadRequirement.sigstoreSigned(place);
            default -> throw type.wrong("the requirement " + Quoted.of(type.text()) + " is not known");
        };
    }
}
