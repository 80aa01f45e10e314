package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.cri.v1.SecurityProfile;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;

/// The filter of a container's system calls. A container that names no profile has none; `RuntimeDefault` is the
/// file of the handler's `seccomp_profile`, or of the node's, or the built-in one.
final class Seccomp {
    private static final String FIELD = "linux.security_context.seccomp";
    private static final String BUILT_IN = "seccomp.json";
    static final int MAXIMUM_BYTES = 1 << 20;

    private final ContainerDefaults defaults;
    private final HostFacts host;
    private final SeccompProfile builtIn;

    Seccomp(ContainerDefaults defaults, HostFacts host) {
        this.defaults = defaults;
        this.host = host;
        this.builtIn = builtIn();
    }

    private static SeccompProfile builtIn() {
        try (var resource = Seccomp.class.getResourceAsStream(BUILT_IN)) {
            if (resource == null) {
                throw new IllegalStateException("the built-in seccomp profile is missing from the program");
            }
            return SeccompProfile.parse(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<RuntimeSpec.Seccomp> of(SpecRequest request, Set<String> capabilities) throws IOException {
        var filter = profile(request, capabilities);
        var isTold = PodAnnotation.SECCOMP_NOTIFIER.of(request).isPresent() && !request.isOfPod();
        return isTold ? filter.map(f -> SeccompNotifier.in(f, request.seccompSocket())) : filter;
    }

    private Optional<RuntimeSpec.Seccomp> profile(SpecRequest request, Set<String> capabilities) throws IOException {
        if (request.isPrivileged()) {
            return defaults.privilegedSeccompProfile().isEmpty()
                    ? Optional.empty()
                    : file(defaults.privilegedSeccompProfile(), "privileged_seccomp_profile", capabilities);
        }
        var asked = asked(request.security());
        return switch (asked.getProfileType()) {
            case Unconfined -> ofArtifact(request.seccompProfile(), capabilities);
            case RuntimeDefault -> standard(request.rules().seccompProfile(), capabilities);
            case Localhost -> file(asked.getLocalhostRef(), FIELD + ".localhost_ref", capabilities);
            case UNRECOGNIZED -> throw new Invalid(FIELD + ": a profile type that the CRI does not have");
        };
    }

    private Optional<RuntimeSpec.Seccomp> ofArtifact(String profile, Set<String> capabilities) {
        return profile.isEmpty()
                ? Optional.empty()
                : Optional.of(parsed(profile, "annotations", "what " + SeccompArtifact.NAME + " names", capabilities));
    }

    private Optional<RuntimeSpec.Seccomp> standard(String ofHandler, Set<String> capabilities) throws IOException {
        var file = ofHandler.isEmpty() ? defaults.seccompProfile() : ofHandler;
        return file.isEmpty()
                ? Optional.of(filter(builtIn, capabilities))
                : file(file, "seccomp_profile", capabilities);
    }

    /// The message, or the text that came before it.
    @SuppressWarnings("deprecation") // still a field of the CRI
    static SecurityProfile asked(LinuxContainerSecurityContext security) {
        if (security.hasSeccomp()) {
            return security.getSeccomp();
        }
        var legacy = security.getSeccompProfilePath();
        return LegacyProfiles.parse(
                legacy.isEmpty() ? "unconfined" : legacy, "linux.security_context.seccomp_profile_path");
    }

    private Optional<RuntimeSpec.Seccomp> file(String name, String field, Set<String> capabilities) throws IOException {
        var path = AbsolutePath.of(name, field);
        if (!Files.isRegularFile(path)) {
            throw new Invalid(field + ": there is no seccomp profile " + name + " on this host");
        }
        if (Files.size(path) > MAXIMUM_BYTES) {
            throw new Invalid(field + ": " + name + " is larger than " + MAXIMUM_BYTES + " bytes");
        }
        var text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        return Optional.of(parsed(text, field, name, capabilities));
    }

    private RuntimeSpec.Seccomp parsed(String text, String field, String name, Set<String> capabilities) {
        try {
            return filter(SeccompProfile.parse(text), capabilities);
        } catch (BadJsonException | IllegalArgumentException e) {
            throw new Invalid(field + ": " + name + " is not a seccomp profile: " + e.getMessage());
        }
    }

    private RuntimeSpec.Seccomp filter(SeccompProfile profile, Set<String> capabilities) {
        if (!host.seccomp()) {
            throw new Unsupported(FIELD + ": this kernel has no seccomp");
        }
        return new SeccompFilter(host.architecture(), capabilities).of(profile);
    }
}
