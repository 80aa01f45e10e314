package dev.carafe.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The node's policies. Their files are read at each question, so a change needs no restart; where one is
/// missing or wrong nothing is allowed. Safe for all threads.
public final class Trust {
    /// RFC 1123, as Kubernetes names namespaces: safe in a file's name.
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private final TrustConfig config;
    private final InstantSource clock;

    public Trust(TrustConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /// Which file decides for a namespace's images.
    ///
    /// @param namespace empty for none
    public Path policyFile(String namespace) throws PolicyException {
        var own = namespacePolicy(namespace);
        return own.isPresent() ? own.get() : nodePolicy();
    }

    /// The namespace's own policy; empty where the node's counts for it.
    public Optional<Path> namespacePolicy(String namespace) throws PolicyException {
        if (namespace.isEmpty()) {
            return Optional.empty();
        }
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new PolicyException("no policy can be found for " + Quoted.of(namespace) + ": it is no namespace");
        }
        var file = config.namespacePolicies().resolve(namespace + ".json");
        return exists(file) ? Optional.of(file) : Optional.empty();
    }

    private Path nodePolicy() throws PolicyException {
        for (var file : config.policies()) {
            if (exists(file)) {
                return file;
            }
        }
        var files = config.policies().stream().map(Path::toString).collect(Collectors.joining(" or "));
        throw new PolicyException("there is no signature policy " + files
                + ", so no image is allowed; containers-policy.json(5) says what to write there");
    }

    /// What can't be looked at counts as there: reading it then says why.
    private static boolean exists(Path file) {
        try {
            Files.readAttributes(file, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /// @param policy one that [#policyFile] named
    public Rule rule(Path policy, ImageIdentity image) throws PolicyException {
        return new Rule(policy, image, ReadPolicy.file(policy).decide(image), clock.instant());
    }

    /// Where an image's signatures are.
    public SignaturePlaces places(ImageIdentity image) throws PolicyException {
        return ReadPlaces.of(image, config.registries());
    }
}
