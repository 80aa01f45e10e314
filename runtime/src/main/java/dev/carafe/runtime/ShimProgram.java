package dev.carafe.runtime;

import dev.carafe.linux.Output;
import dev.carafe.linux.Spawn;
import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A shim's program, which is run in a container's bundle to start the shim, or to remove what a dead one has
/// left. Safe for all threads.
final class ShimProgram {
    /// containerd's word for who has the containers; CRI-O has this one too, and Kata's tools look there.
    static final String NAMESPACE = "default";

    static final String NAMESPACE_OPTION = "-namespace";
    static final String ID_OPTION = "-id";

    private static final int OUTPUT_BYTES = 64 * 1024;
    private static final byte[] NOTHING = {};
    private static final String SCHEME = "unix://";
    private static final String PROTOCOL = "ttrpc";

    private static final JsonType<Bootstrap> JSON = Jsonb.builder().build().type(Bootstrap.class);

    private final RuntimeHandler handler;

    ShimProgram(RuntimeHandler handler) {
        this.handler = handler;
    }

    /// Starts the container's shim, or finds the one that its pod has.
    ///
    /// @return the path of the socket where it listens
    String start(ContainerFiles files, Path bundle, Duration within) throws IOException, InterruptedException {
        return address(run(files, bundle, within, List.of(), "start"));
    }

    /// Removes what a shim that is gone has left of a container.
    void delete(ContainerFiles files, Path bundle, Duration within) throws IOException, InterruptedException {
        run(files, bundle, within, List.of("-bundle", bundle.toString()), "delete");
    }

    /// Nobody listens to events at an address, or is to be called with them: exits are waited for.
    private byte[] run(ContainerFiles files, Path bundle, Duration within, List<String> more, String action)
            throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of(
                NAMESPACE_OPTION, NAMESPACE, "-address", "", "-publish-binary", "/bin/false", ID_OPTION, files.id()));
        arguments.addAll(more);
        arguments.add(action);
        var output = Spawn.of(handler.path(), arguments)
                .environment(handler.monitorEnvironment())
                .workingDirectory(bundle)
                .newSession()
                .run(NOTHING, within, OUTPUT_BYTES);
        var name = handler.path().getFileName() + " " + action;
        if (output.timedOut()) {
            throw new IOException(
                    name + " did not end within " + within.toSeconds() + " s and was killed" + words(output));
        }
        if (!output.status().isSuccess()) {
            throw new IOException(name + " ended with " + output.status().shellCode() + words(output));
        }
        return output.stdout();
    }

    private static String words(Output output) {
        var words = RuntimeWords.of(output.stderr());
        return words.isEmpty() ? ", without a word" : ": " + words;
    }

    /// What newer shims print.
    @Json
    record Bootstrap(
            @Nullable Integer version,
            @Nullable String address,
            @Nullable String protocol) {}

    /// An address, or a document that has one.
    static String address(byte[] output) throws IOException {
        var text = new String(output, StandardCharsets.UTF_8).strip();
        var address = text.startsWith("{") ? bootstrap(text) : text;
        if (!address.startsWith(SCHEME + "/") || address.indexOf('\0') >= 0) {
            throw new IOException(
                    "the shim does not listen where it could be reached, but at \"" + RuntimeWords.of(address) + "\"");
        }
        return address.substring(SCHEME.length());
    }

    private static String bootstrap(String text) throws IOException {
        try {
            var said = ForeignJson.read(text, JSON::fromJson);
            if (said.protocol != null && !said.protocol.equals(PROTOCOL)) {
                throw new IOException("the shim speaks " + RuntimeWords.of(said.protocol) + ", not " + PROTOCOL);
            }
            return said.address == null ? "" : said.address;
        } catch (BadJsonException e) {
            throw new IOException("what the shim says of itself can't be read: " + RuntimeWords.of(text), e);
        }
    }
}
