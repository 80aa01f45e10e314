package dev.carafe.runtime;

import dev.carafe.linux.DiskSpace;
import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A folder from which a runtime makes a container (runtime-spec, bundle.md).
public final class Bundle {
    static final String CONFIG = "config.json";

    private Bundle() {}

    /// Makes the folder and writes `config.json`, both for root alone: a container's environment holds secrets.
    /// Nothing is synced: a bundle does not outlive the host's run.
    public static void write(Path folder, RuntimeSpec spec) throws IOException {
        try {
            PrivateFolder.make(folder);
            writeConfig(folder, spec);
        } catch (IOException e) {
            throw DiskSpace.explained(e, folder);
        }
    }

    private static void writeConfig(Path folder, RuntimeSpec spec) throws IOException {
        var fileMode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try (var file = FileChannel.open(folder.resolve(CONFIG), options, fileMode)) {
            var bytes = ByteBuffer.wrap(spec.toJson().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        }
    }

    public static RuntimeSpec read(Path folder) throws IOException {
        try {
            return RuntimeSpec.parse(Files.readString(folder.resolve(CONFIG)));
        } catch (BadJsonException e) {
            throw new IOException(folder.resolve(CONFIG) + " is no runtime spec: " + e.getMessage(), e);
        }
    }
}
