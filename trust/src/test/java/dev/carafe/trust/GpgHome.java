package dev.carafe.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// GnuPG with keys of its own, and an agent that ends with it. Its folder has a short name: sockets are in it.
record GpgHome(Path folder) implements AutoCloseable {
    static GpgHome create() throws IOException {
        return new GpgHome(Files.createTempDirectory(
                Path.of("/tmp"),
                "crtgpg",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
    }

    String gpg(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                "gpg",
                "--homedir",
                folder.toString(),
                "--batch",
                "--yes",
                "--pinentry-mode",
                "loopback",
                "--passphrase",
                ""));
        command.addAll(List.of(arguments));
        return Programs.run(command.toArray(String[]::new));
    }

    /// The fingerprint of a new key that signs.
    ///
    /// @param lifetime such as `never` or `2d`
    String generate(String user, String algorithm, String lifetime) throws IOException, InterruptedException {
        gpg("--quick-generate-key", user, algorithm, "sign,cert", lifetime);
        return fingerprint(user);
    }

    String fingerprint(String user) throws IOException, InterruptedException {
        return gpg("--with-colons", "--list-keys", "=" + user)
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .map(line -> line.split(":")[9])
                .findFirst()
                .orElseThrow();
    }

    byte[] publicKey(String user, String... more) throws IOException, InterruptedException {
        var file = folder.resolve("exported");
        var arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("--output", file.toString(), "--export", user));
        gpg(arguments.toArray(String[]::new));
        return Files.readAllBytes(file);
    }

    /// A message with its signature.
    byte[] sign(String user, String content, String... more) throws IOException, InterruptedException {
        var input = Files.writeString(folder.resolve("content"), content);
        var output = folder.resolve("signed");
        var arguments = new ArrayList<>(List.of("--local-user", user));
        arguments.addAll(List.of(more));
        if (arguments.stream().noneMatch(a -> a.equals("--clearsign") || a.equals("--detach-sign"))) {
            arguments.add("--sign");
        }
        // The command goes last, its options before it.
        var command = arguments.stream()
                .filter(a -> a.matches("--(sign|clearsign|detach-sign)"))
                .findFirst()
                .orElseThrow();
        arguments.remove(command);
        arguments.addAll(List.of("--output", output.toString(), command, input.toString()));
        gpg(arguments.toArray(String[]::new));
        return Files.readAllBytes(output);
    }

    @Override
    public void close() throws IOException {
        try {
            Programs.run("gpgconf", "--homedir", folder.toString(), "--kill", "gpg-agent");
            Programs.run("rm", "-rf", folder.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
