package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.cri.v1.SecurityProfile;
import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/// The name of the AppArmor profile that confines a container; empty means none.
///
/// A host without AppArmor runs what asks for nothing in particular, and refuses what names a profile. A container
/// that names none gets the default profile where it is loaded.
final class ApparmorProfile {
    private static final String FIELD = "linux.security_context.apparmor: ";
    private static final String LOCALHOST = "localhost/";

    private ApparmorProfile() {}

    static String of(SpecRequest request, ContainerDefaults defaults, HostFacts host, Warnings warnings)
            throws IOException {
        if (request.isPrivileged()) {
            return "";
        }
        var asked = asked(request.security());
        return switch (asked.getProfileType()) {
            case Unconfined -> "";
            case Localhost -> localhost(asked.getLocalhostRef(), host);
            case RuntimeDefault -> runtimeDefault(isStated(request.security()), defaults, host, warnings);
            case UNRECOGNIZED -> throw new Invalid(FIELD + "a profile type that the CRI does not have");
        };
    }

    private static boolean isStated(LinuxContainerSecurityContext security) {
        return security.hasApparmor() || !legacy(security).isEmpty();
    }

    /// The message, or the text that came before it: `runtime/default`, `unconfined`, `localhost/name`.
    private static SecurityProfile asked(LinuxContainerSecurityContext security) {
        var legacy = legacy(security);
        if (security.hasApparmor() || legacy.isEmpty()) {
            return security.getApparmor();
        }
        return LegacyProfiles.parse(legacy, "linux.security_context.apparmor_profile");
    }

    @SuppressWarnings("deprecation") // kubelets before 1.30 send only this
    private static String legacy(LinuxContainerSecurityContext security) {
        return security.getApparmorProfile();
    }

    private static String localhost(String reference, HostFacts host) throws IOException {
        var name = reference.startsWith(LOCALHOST) ? reference.substring(LOCALHOST.length()) : reference;
        if (!host.hasApparmor()) {
            throw new Invalid(FIELD + "profile " + name + ": this host has no AppArmor");
        }
        if (!isLoaded(name, host)) {
            throw new Invalid(FIELD + "profile " + name + " is not loaded on this host");
        }
        return name;
    }

    private static String runtimeDefault(
            boolean isStated, ContainerDefaults defaults, HostFacts host, Warnings warnings) throws IOException {
        var name = defaults.apparmorProfile();
        if (!host.hasApparmor() || name.isEmpty() || name.equals("unconfined")) {
            return "";
        }
        if (isLoaded(name, host)) {
            return name;
        }
        if (isStated) {
            throw new Invalid(FIELD + "profile " + name + " (apparmor_profile) is not loaded on this host");
        }
        warnings.once("AppArmor profile " + name + " (apparmor_profile) is not loaded: containers go without it");
        return "";
    }

    /// Lines are `name (mode)`.
    private static boolean isLoaded(String name, HostFacts host) throws IOException {
        var loaded = Files.readString(host.apparmorProfiles(), StandardCharsets.UTF_8);
        return loaded.lines().anyMatch(line -> line.startsWith(name + " ("));
    }
}
