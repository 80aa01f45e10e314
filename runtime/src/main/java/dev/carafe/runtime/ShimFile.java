package dev.carafe.runtime;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// What has to be known of a container under a shim to find it again. It is there from before the shim is started
/// until all else is gone, and says whose the container is.
///
/// @param handler the name of its runtime handler
/// @param address where the shim listens, a path; empty while that is not known
/// @param logSizeMaxBytes as in [ContainerProcess]
@Json
record ShimFile(String handler, String address, boolean tty, boolean stdin, boolean stdinOnce, long logSizeMaxBytes) {
    private static final JsonType<ShimFile> JSON = Jsonb.builder().build().type(ShimFile.class);

    static ShimFile of(RuntimeHandler handler, ContainerProcess container) {
        return new ShimFile(
                handler.name(),
                "",
                container.tty(),
                container.stdin() || container.tty(),
                container.stdinOnce() && !container.tty(),
                container.logSizeMaxBytes());
    }

    /// In the place of a damaged one: enough for a removal.
    static ShimFile lost(RuntimeHandler handler) {
        return new ShimFile(handler.name(), "", false, false, false, -1);
    }

    ShimFile at(String found) {
        return new ShimFile(handler, found, tty, stdin, stdinOnce, logSizeMaxBytes);
    }

    static boolean isThere(ContainerFiles files) {
        return Files.exists(files.shim());
    }

    /// Empty when the container has no shim.
    ///
    /// @throws IOException when it is damaged
    static Optional<ShimFile> read(ContainerFiles files) throws IOException {
        try {
            return Optional.of(ForeignJson.read(Files.readString(files.shim()), JSON::fromJson));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (BadJsonException e) {
            throw new IOException(files.shim() + " is damaged: " + e.getMessage(), e);
        }
    }

    void write(ContainerFiles files) throws IOException {
        var whole = files.shim().resolveSibling("shim.new");
        Files.writeString(whole, JSON.toJson(this));
        Files.move(whole, files.shim(), StandardCopyOption.ATOMIC_MOVE);
    }
}
