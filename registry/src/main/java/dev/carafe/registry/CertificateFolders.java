package dev.carafe.registry;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The folders certs.d (containers-certs.d(5)): in each, a folder for a registry, called by its host with its
/// port unless that is the scheme's own. The first that exists counts alone.
record CertificateFolders(List<Path> folders) {
    private static final String HUB_API = new Site("docker.io", false).host();

    Optional<Path> of(Origin origin) {
        var names = names(origin);
        return folders.stream()
                .flatMap(folder -> names.stream().map(folder::resolve))
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static List<String> names(Origin origin) {
        var hub = origin.host().equals(HUB_API) ? Stream.of("docker.io") : Stream.<String>empty();
        return Stream.concat(Stream.of(origin.hostAndPort(), origin.authority()), hub)
                .distinct()
                .toList();
    }
}
