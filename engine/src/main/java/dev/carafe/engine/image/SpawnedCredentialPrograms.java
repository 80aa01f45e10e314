package dev.carafe.engine.image;

import dev.carafe.linux.Spawn;
import dev.carafe.registry.auth.CredentialPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Credential programs as processes, found in the daemon's own `$PATH` and with its environment: they look
/// there for their settings and proxies.
public final class SpawnedCredentialPrograms implements CredentialPrograms {
    private static final Duration LONGEST_RUN = Duration.ofSeconds(30);

    private final List<Path> folders;
    private final Map<String, String> environment;
    private final Duration limit;

    public SpawnedCredentialPrograms(List<Path> folders, Map<String, String> environment) {
        this(folders, environment, LONGEST_RUN);
    }

    SpawnedCredentialPrograms(List<Path> folders, Map<String, String> environment, Duration limit) {
        this.folders = List.copyOf(folders);
        this.environment = Map.copyOf(environment);
        this.limit = limit;
    }

    @Override
    public Answer get(String name, String server) throws IOException, InterruptedException {
        var output = Spawn.of(program("docker-credential-" + name), List.of("get"))
                .environment(environment)
                .run(server.getBytes(StandardCharsets.UTF_8), limit, MOST_OUTPUT_BYTES);
        if (output.timedOut()) {
            throw new IOException("docker-credential-" + name + " gave no answer for " + server + " within "
                    + limit.toMillis() + " ms");
        }
        return new Answer(output.status().isSuccess(), new String(output.stdout(), StandardCharsets.UTF_8));
    }

    private Path program(String name) throws IOException {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("there is no program " + name + " in "
                        + folders.stream().map(Path::toString).collect(Collectors.joining(":"))));
    }
}
