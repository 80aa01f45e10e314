package dev.carafe.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;

/// The distribution's registry on a free loopback port, its data in a folder of the test's.
public final class TestRegistry implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)");

    private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    /// Waits for SIGTERM, and for all that it is the parent of.
    private static final String PAUSE = """
            #!/bin/sh
            trap 'exit 0' TERM
            while :; do
                sleep 100000 &
                wait $!
            done
            """;

    private final Process process;
    private final String address;
    private final Path work;
    private final Path log;

    private TestRegistry(Process process, String address, Path work, Path log) {
        this.log = log;
        this.process = process;
        this.address = address;
        this.work = work;
    }

    public static TestRegistry start(Path work) throws IOException, InterruptedException {
        return start(work, "registry", "");
    }

    /// Another one with the same images.
    ///
    /// @param settings further lines of its configuration file
    public static TestRegistry start(Path work, String name, String settings) throws IOException, InterruptedException {
        return start(work, name, settings, "");
    }

    /// Another one with the same images, by TLS with a certificate that nobody signed. Its log tells each request.
    public static TestRegistry startSecure(Path work) throws IOException, InterruptedException {
        var key = work.resolve("registry.key");
        var certificate = work.resolve("registry.pem");
        Programs.output(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=registry",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        return start(work, "secure", "", ", tls: {certificate: %s, key: %s}".formatted(certificate, key));
    }

    /// @param tls what the table http has besides the address
    private static TestRegistry start(Path work, String name, String settings, String tls)
            throws IOException, InterruptedException {
        var data = Files.createDirectories(work.resolve("registry"));
        var config = Files.writeString(work.resolve(name + ".yml"), """
                version: 0.1
                log: {level: info, accesslog: {disabled: %s}}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:0"%s}
                %s
                """.formatted(tls.isEmpty(), data, tls, settings));
        var log = work.resolve(name + ".log");
        var process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var address = Await.present(
                "the registry's address",
                process::isAlive,
                () -> LISTENING
                        .matcher(Files.readString(log))
                        .results()
                        .map(m -> m.group(1))
                        .findFirst());
        return new TestRegistry(process, address, work, log);
    }

    /// Pushes an image of one layer, the host's static busybox under all its names, with a `/pause` that makes it a
    /// `pause_image` too, and returns its reference.
    public String pushBusybox(String nameAndTag) throws IOException, InterruptedException {
        var root = Files.createDirectories(work.resolve("busybox"));
        var bin = Files.createDirectories(root.resolve("bin"));
        if (!Files.exists(bin.resolve("busybox"))) {
            Files.createDirectories(root.resolve("tmp"));
            Files.writeString(root.resolve("pause"), PAUSE);
            Files.setPosixFilePermissions(root.resolve("pause"), PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createDirectories(root.resolve("etc"));
            Files.writeString(
                    root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nweb:x:1000:2000::/:/bin/sh\n");
            Files.writeString(root.resolve("etc/group"), "root:x:0:\nweb:x:2000:\nextra:x:3000:web\n");
            Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
            for (var applet : Programs.output("/bin/busybox", "--list").lines().toList()) {
                if (!applet.equals("busybox")) {
                    Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
                }
            }
        }
        return push(nameAndTag, List.of(root), "{\"Cmd\":[\"sh\"],\"Env\":[\"PATH=/bin\",\"FROM_IMAGE=yes\"]}");
    }

    /// Pushes an image with a layer for each folder, lowest first, and this `config` object.
    public String push(String nameAndTag, List<Path> folders, String config) throws IOException, InterruptedException {
        var layout = Files.createTempDirectory(work, "layout");
        OciLayout.write(layout, folders, config);
        var reference = address + "/" + nameAndTag;
        Programs.output(
                "skopeo",
                "--insecure-policy",
                "copy",
                "--dest-tls-verify=false",
                "oci:" + layout + ":latest",
                "docker://" + reference);
        return reference;
    }

    /// Pushes what is no image: one blob, and an empty configuration of this media type.
    public String pushArtifact(String name, String tag, String type, String content)
            throws IOException, InterruptedException {
        var blob = content.getBytes(StandardCharsets.UTF_8);
        var config = "{}".getBytes(StandardCharsets.UTF_8);
        CosignKey.upload(address, name, blob);
        CosignKey.upload(address, name, config);
        CosignKey.put(
                address,
                name,
                tag,
                OCI_MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"" + OCI_MANIFEST + "\",\"config\":{"
                        + CosignKey.described(type, config) + "},\"layers\":[{"
                        + CosignKey.described("application/json", blob) + "}]}");
        return address + "/" + name + ":" + tag;
    }

    public String address() {
        return address;
    }

    public String log() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        Cleanup.run(this::end);
    }

    private void end() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
