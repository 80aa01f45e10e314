package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileType;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What tells the libraries of a container that its host is in FIPS mode: the image's own policy of that name in place
/// of the one that it has in use (crypto-policies), and a file that older images look for. A pod's label keeps it away;
/// with an annotation beside, its containers also read that the kernel is in no such mode.
final class Fips {
    private static final String LABEL = "FIPS_DISABLE";
    private static final String KERNEL = "/proc/sys/crypto/fips_enabled";
    private static final String POLICY = "/usr/share/crypto-policies/back-ends/FIPS";
    private static final String POLICY_IN_USE = "/etc/crypto-policies/back-ends";
    private static final String NAME = "/usr/share/crypto-policies/default-fips-config";
    private static final String NAME_IN_USE = "/etc/crypto-policies/config";
    private static final String SECRETS = "/run/secrets";
    private static final String SYSTEM_FIPS = SECRETS + "/system-fips";
    private static final List<String> AS_IT_IS = List.of("bind", "rprivate");
    private static final List<String> FOR_READING = List.of("bind", "rprivate", "ro", "nosuid", "nodev", "noexec");

    private final SpecRequest request;
    private final Directory root;

    private Fips(SpecRequest request, Directory root) {
        this.request = request;
        this.root = root;
    }

    /// @param others of the node, which may bring the folder of older images' file
    static List<RuntimeSpec.Mount> of(SpecRequest request, HostFacts host, List<RuntimeSpec.Mount> others)
            throws IOException {
        if (!host.fips() || request.isOfPod()) {
            return List.of();
        }
        try (var root = Directory.open(request.rootfs())) {
            var fips = new Fips(request, root);
            return isDisabled(request) ? fips.hidden() : fips.shown(others);
        }
    }

    private static boolean isDisabled(SpecRequest request) {
        return "true".equals(request.pod().getLabelsMap().get(LABEL));
    }

    private List<RuntimeSpec.Mount> hidden() throws IOException {
        if (PodAnnotation.DISABLE_FIPS.of(request).stream().noneMatch("true"::equals)) {
            return List.of();
        }
        return List.of(SpecMount.bind(own("fips-enabled", "0\n"), KERNEL, FOR_READING));
    }

    private List<RuntimeSpec.Mount> shown(List<RuntimeSpec.Mount> others) throws IOException {
        var mounts = new ArrayList<RuntimeSpec.Mount>();
        var hasSecrets = others.stream().anyMatch(mount -> mount.destination().equals(SECRETS));
        if (!hasSecrets && looksForSystemFips()) {
            mounts.add(SpecMount.bind(own("system-fips", ""), SYSTEM_FIPS, FOR_READING));
        }
        var policy = inImage(POLICY, true);
        if (policy.isPresent()) {
            mounts.add(SpecMount.bind(policy.get(), POLICY_IN_USE, AS_IT_IS));
            var name = inImage(NAME, false);
            mounts.add(
                    name.isPresent()
                            ? SpecMount.bind(name.get(), NAME_IN_USE, AS_IT_IS)
                            : SpecMount.bind(own("fips-config", "FIPS\n"), NAME_IN_USE, FOR_READING));
        }
        return mounts;
    }

    /// Images up to those of RHEL 8 have a link to a file that is to be there in FIPS mode only.
    private boolean looksForSystemFips() throws IOException {
        try (var etc = root.directory("etc")) {
            var there = etc.status("system-fips");
            return there.isPresent()
                    && there.get().type() == FileType.SYMBOLIC_LINK
                    && Path.of("/etc")
                            .resolve(etc.readlink("system-fips"))
                            .normalize()
                            .equals(Path.of(SYSTEM_FIPS));
        } catch (ErrnoException e) {
            refuseOrAbsent("/etc/system-fips", e);
            return false;
        }
    }

    private Optional<Path> inImage(String path, boolean asFolder) throws IOException {
        try {
            var real = root.real(path);
            return (asFolder ? Files.isDirectory(real) : Files.isRegularFile(real))
                    ? Optional.of(real)
                    : Optional.empty();
        } catch (ErrnoException e) {
            refuseOrAbsent(path, e);
            return Optional.empty();
        }
    }

    /// Returns when the image has nothing of that path.
    private static void refuseOrAbsent(String path, ErrnoException failure) throws ErrnoException {
        if (failure.is(Errno.ELOOP)) {
            throw new Invalid("the image's " + path + " can't be read: " + failure.getMessage());
        }
        if (!failure.is(Errno.ENOENT) && !failure.is(Errno.ENOTDIR)) {
            throw failure;
        }
    }

    private Path own(String name, String content) throws IOException {
        var file = Files.writeString(request.ownFolder().resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    }
}
