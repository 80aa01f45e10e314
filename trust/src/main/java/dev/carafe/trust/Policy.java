package dev.carafe.trust;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A policy: what is required of images, by where they come from (containers-policy.json(5)).
///
/// @param file whence it was read, for messages
/// @param standard for all that no transport says anything about
/// @param transports transport → scope → requirements; the empty scope is the transport's default
record Policy(Path file, List<Requirement> standard, Map<String, Map<String, List<Requirement>>> transports) {
    Policy {
        standard = List.copyOf(standard);
        transports = new LinkedHashMap<>(transports);
    }

    /// Of the most specific scope alone; more general ones don't add to it.
    Decision decide(ImageIdentity image) {
        var scopes = transports.getOrDefault(image.transport(), Map.of());
        for (var scope : image.scopes()) {
            if (scopes.containsKey(scope)) {
                return new Decision(image.transport() + " scope " + Quoted.of(scope), scopes.get(scope));
            }
        }
        return scopes.containsKey("")
                ? new Decision("default of transport " + image.transport(), scopes.get(""))
                : new Decision("default", standard);
    }

    /// @param scope in words
    record Decision(String scope, List<Requirement> requirements) {}
}
