package dev.carafe.engine.spec;

import dev.carafe.cri.v1.SecurityProfile;
import dev.carafe.cri.v1.SecurityProfile.ProfileType;
import dev.carafe.engine.Invalid;

/// The texts by which kubelets named profiles before the CRI had a message for them.
final class LegacyProfiles {
    private static final String LOCALHOST = "localhost/";

    private LegacyProfiles() {}

    static SecurityProfile parse(String text, String field) {
        var profile = SecurityProfile.newBuilder();
        return switch (text) {
            case "runtime/default", "docker/default" ->
                profile.setProfileType(ProfileType.RuntimeDefault).build();
            case "unconfined" -> profile.setProfileType(ProfileType.Unconfined).build();
            case String other
            when other.startsWith(LOCALHOST) ->
                profile.setProfileType(ProfileType.Localhost)
                        .setLocalhostRef(other.substring(LOCALHOST.length()))
                        .build();
            default -> throw new Invalid(field + ": not runtime/default, unconfined or localhost/…: " + text);
        };
    }
}
