package dev.carafe.trust;

import dev.carafe.oci.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whence an image comes, as a policy looks for it.
///
/// @param transport whose part of the policy counts
/// @param scopes from the most to the least specific, without the transport's default
/// @param name that signatures are compared with; empty for an image of a folder or an archive
public record ImageIdentity(String transport, List<String> scopes, Optional<SignedName> name) {
    private static final String DOCKER = "docker";

    public ImageIdentity {
        scopes = List.copyOf(scopes);
    }

    /// An image of a registry, under the name that its user gave; mirrors don't change it.
    public static ImageIdentity of(Reference reference) {
        var name = SignedName.of(reference);
        var scopes = new ArrayList<String>();
        scopes.add(name.toString());
        scopes.addAll(parents(name.name(), ""));
        var host = reference.registry().split(":", 2)[0];
        for (var dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            scopes.add("*" + host.substring(dot));
        }
        return new ImageIdentity(DOCKER, scopes, Optional.of(name));
    }

    /// @param folder absolute and without symbolic links
    public static ImageIdentity ofOciLayout(Path folder) {
        return ofFolder("oci", folder);
    }

    /// An OCI layout in a tar.
    ///
    /// @param file absolute and without symbolic links
    public static ImageIdentity ofOciArchive(Path file) {
        return ofFolder("oci-archive", file);
    }

    /// @param folder absolute and without symbolic links
    public static ImageIdentity ofDirectory(Path folder) {
        return ofFolder("dir", folder);
    }

    /// Archives of `docker save`: they have the transport's default and no scopes.
    public static ImageIdentity ofDockerArchive() {
        return new ImageIdentity("docker-archive", List.of(), Optional.empty());
    }

    private static ImageIdentity ofFolder(String transport, Path folder) {
        return new ImageIdentity(
                transport, parents(folder.toAbsolutePath().normalize().toString(), "/"), Optional.empty());
    }

    /// The name itself and what stands before each of its slashes.
    private static List<String> parents(String name, String root) {
        var parents = new ArrayList<String>();
        for (var end = name.length(); end > 0; end = name.lastIndexOf('/', end - 1)) {
            var parent = name.substring(0, end);
            if (!parent.equals(root)) {
                parents.add(parent);
            }
        }
        return parents;
    }
}
