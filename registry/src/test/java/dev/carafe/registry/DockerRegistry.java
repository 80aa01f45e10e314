package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.oci.Digest;
import dev.carafe.oci.MediaTypes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The distribution's registry on a free loopback port.
final class DockerRegistry implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)");

    private static final Pattern PROTOCOL = Pattern.compile("\"GET /v2/\\S+ (HTTP/[0-9.]+)\"");

    private final Process process;
    private final String host;
    private final Set<String> protocols = new TreeSet<>();
    private final Thread reading;

    private DockerRegistry(Process process, BufferedReader log) throws IOException {
        this.process = process;
        this.host = address(log);
        reading = Thread.ofVirtual().start(() -> read(log));
    }

    /// @param data kept from one registry to the next
    /// @param settings further lines of its configuration file
    static DockerRegistry start(Path data, String http, String settings) throws IOException {
        var config =
                Files.writeString(Files.createTempFile(data, "registry", ".yml"), """
                version: 0.1
                log: {level: info, accesslog: {disabled: false}}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:0"%s}
                %s
                """.formatted(data, http, settings));
        var process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .start();
        try {
            return new DockerRegistry(process, process.inputReader());
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String address(BufferedReader log) throws IOException {
        var seen = new StringBuilder();
        for (var line = log.readLine(); line != null; line = log.readLine()) {
            seen.append(line).append('\n');
            var listening = LISTENING.matcher(line);
            if (listening.find()) {
                return listening.group(1);
            }
        }
        throw new IOException("the registry has ended: " + seen);
    }

    private void read(BufferedReader log) {
        try (log) {
            for (var line = log.readLine(); line != null; line = log.readLine()) {
                PROTOCOL.matcher(line).results().forEach(request -> protocols.add(request.group(1)));
            }
        } catch (IOException ended) {
            // With its process.
        }
    }

    /// In which it was asked, once it is closed.
    Set<String> protocols() throws InterruptedException {
        reading.join();
        return protocols;
    }

    String host() {
        return host;
    }

    /// Pushes an index of these images, each for an architecture of its own.
    void push(Path work, String nameAndTag, List<String> architectures, List<TestImage> images)
            throws IOException, InterruptedException {
        var layout = Files.createTempDirectory(work, "layout");
        var blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        for (var image : images) {
            for (var content : List.of(image.layer, image.config, image.manifest)) {
                Files.write(blobs.resolve(Digest.sha256(content).hex()), content);
            }
        }
        var entries = new String[images.size()];
        for (var i = 0; i < entries.length; i++) {
            entries[i] = images.get(i).entry(architectures.get(i));
        }
        var index = TestImage.index(entries);
        Files.write(blobs.resolve(Digest.sha256(index).hex()), index);
        var named = TestImage.entry(MediaTypes.OCI_INDEX, index, "");
        Files.write(layout.resolve("index.json"), TestImage.index(named));
        skopeo(
                "copy",
                "--all",
                "--preserve-digests",
                "--dest-tls-verify=false",
                "oci:" + layout,
                "docker://" + host + "/" + nameAndTag);
    }

    private static void skopeo(String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(Stream.of("skopeo", "--insecure-policy"), Stream.of(arguments))
                .toList();
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
