package dev.carafe.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// A key of GnuPG's in a folder of its own, whose agent ends with it. The folder has a short name: sockets are
/// in it.
public record GpgKey(Path home) implements AutoCloseable {
    private static final String USER = "signer@example.com";

    public static GpgKey generate() throws IOException, InterruptedException {
        var key = new GpgKey(Files.createTempDirectory(
                Path.of("/tmp"),
                "crtgpg",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        key.gpg("--passphrase", "", "--quick-generate-key", USER, "rsa2048", "sign,cert", "never");
        key.gpg("--output", key.publicKey().toString(), "--export", USER);
        return key;
    }

    private void gpg(String... arguments) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(List.of("gpg", "--homedir", home.toString(), "--batch", "--pinentry-mode", "loopback"));
        command.addAll(List.of(arguments));
        Programs.output(command.toArray(String[]::new));
    }

    public Path publicKey() {
        return home.resolve("public.gpg");
    }

    public String user() {
        return USER;
    }

    @Override
    public void close() throws IOException {
        Cleanup.run(() -> {
            Programs.output("gpgconf", "--homedir", home.toString(), "--kill", "gpg-agent");
            Programs.output("rm", "-rf", home.toString());
        });
    }
}
