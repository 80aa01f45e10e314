package dev.carafe.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// The configurations and results of attachments, in libcni's place, naming and form, so that its tools read them.
/// For one caller at a time for each container; those of different containers don't wait for each other.
final class ResultCache {
    private static final System.Logger LOG = System.getLogger(ResultCache.class.getName());
    private static final String KIND = "cniCacheV1";

    /// A configuration and a result, each a few kilobytes; libcni's tools wrote what we read here, or we did.
    private static final int MAX_BYTES = 8 << 20;

    private final Path directory;
    private final Path results;

    /// @param directory libcni's, in which the files stand in the folder `results`
    ResultCache(Path directory) {
        this.directory = directory;
        results = directory.resolve("results");
    }

    /// Before the first plugin runs, without a result: whatever becomes of the daemon, a DEL will know the
    /// configuration. And with it once all have run. It survives the daemon. A power cut may take it, but it
    /// takes the pod's namespace too, and a DEL of what is left then needs only the configuration.
    void put(Attachment attachment, CachedAttachment attached) throws IOException {
        var document = document(attachment, attached);
        file(attached.network().name(), attachment)
                .writeQuickly(attached.result().isEmpty() ? document : document.with("result", attached.result()));
    }

    private static JsonObject document(Attachment attachment, CachedAttachment attached) {
        var network = attached.network();
        var config = network.effective().toJson().getBytes(StandardCharsets.UTF_8);
        var arguments = new ArrayList<Json>();
        AttachmentArguments.generic(attachment)
                .forEach((name, value) ->
                        arguments.add(new Json.Array(List.of(new Json.Text(name), new Json.Text(value)))));
        return JsonObject.EMPTY
                .with("kind", KIND)
                .with("containerId", attachment.containerId())
                .with("config", Base64.getEncoder().encodeToString(config))
                .with("ifName", AttachmentArguments.INTERFACE)
                .with("networkName", network.name())
                .with("netns", attachment.namespace().toString())
                .with("cniArgs", new Json.Array(arguments))
                .with("capabilityArgs", attached.arguments());
    }

    /// Empty also for what can't be read, which the log tells.
    Optional<CachedAttachment> find(Attachment attachment) throws IOException {
        for (var file : files(attachment)) {
            try {
                var document = JsonParser.parseFile(file, MAX_BYTES);
                if (isOf(attachment, document)) {
                    return Optional.of(cached(document));
                }
            } catch (JsonException | IllegalArgumentException e) {
                LOG.log(System.Logger.Level.WARNING, "passing over the cached result {0}: {1}", file, e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static boolean isOf(Attachment attachment, JsonObject document) throws JsonException {
        return document.text("containerId").equals(attachment.containerId());
    }

    private static CachedAttachment cached(JsonObject document) throws JsonException {
        if (!document.text("kind").equals(KIND)) {
            throw new JsonException("of another kind than " + KIND);
        }
        var config = JsonParser.parseObject(Base64.getDecoder().decode(document.text("config")));
        var result = document.object("result");
        var network = network(config, document.text("networkName"), result);
        return new CachedAttachment(network, document.object("capabilityArgs"), result);
    }

    /// Other runtimes on libcni keep a configuration of one plugin as such, and one of several versions undecided.
    private static NetworkList network(JsonObject config, String name, JsonObject result) throws JsonException {
        var network = config.has("plugins") ? NetworkList.parse(config, name) : NetworkList.ofPlugin(config, name);
        var spoken = SpecVersion.of(result.text("cniVersion")).filter(network.versions()::contains);
        return spoken.map(network::at).orElse(network);
    }

    /// The attachments whose namespaces are in this folder. What can't be read, or is of another kind, is
    /// passed over.
    List<Attachment> inNamespacesOf(Path folder) throws IOException {
        var found = new ArrayList<Attachment>();
        try (var files = Files.newDirectoryStream(results)) {
            for (var file : files) {
                read(file).filter(a -> a.namespace().startsWith(folder)).ifPresent(found::add);
            }
        } catch (NoSuchFileException nothingCached) {
            return List.of();
        }
        return found;
    }

    private static Optional<Attachment> read(Path file) throws IOException {
        try {
            var document = JsonParser.parseFile(file, MAX_BYTES);
            var pod = new HashMap<String, String>();
            for (var argument : document.list("cniArgs")) {
                if (argument instanceof Json.Array(var pair)
                        && pair.size() == 2
                        && pair.getFirst() instanceof Json.Text(var name)
                        && pair.getLast() instanceof Json.Text(var value)) {
                    pod.put(name, value);
                }
            }
            return Optional.of(new Attachment(
                    document.text("containerId"),
                    Path.of(document.text("netns")),
                    pod.getOrDefault(AttachmentArguments.POD_NAMESPACE, ""),
                    pod.getOrDefault(AttachmentArguments.POD_NAME, ""),
                    pod.getOrDefault(AttachmentArguments.POD_UID, ""),
                    RuntimeArguments.NONE));
        } catch (NoSuchFileException | JsonException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, "passing over the cached result {0}: {1}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /// Idempotent. What can't be read is of no use to anybody and goes too.
    void remove(Attachment attachment) throws IOException {
        Files.deleteIfExists(temporary(attachment));
        for (var file : files(attachment)) {
            if (mayBeOf(attachment, file)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean mayBeOf(Attachment attachment, Path file) throws IOException {
        try {
            return isOf(attachment, JsonParser.parseFile(file, MAX_BYTES));
        } catch (JsonException _) {
            return true;
        }
    }

    /// The network's name leads the file's, and isn't known any more when the configuration has changed. As names and
    /// ids may hold hyphens, there may be another's among them.
    private List<Path> files(Attachment attachment) throws IOException {
        var found = new ArrayList<Path>();
        var suffix = suffix(attachment);
        try (var files = Files.newDirectoryStream(
                results, file -> file.getFileName().toString().endsWith(suffix))) {
            files.forEach(found::add);
        } catch (NoSuchFileException nothingCached) {
            return List.of();
        }
        return found;
    }

    private static String suffix(Attachment attachment) {
        return "-" + attachment.containerId() + "-" + AttachmentArguments.INTERFACE;
    }

    private DurableFile file(String network, Attachment attachment) {
        return new DurableFile(results, network + suffix(attachment), temporary(attachment));
    }

    /// Outside the folder of which libcni's tools read every file.
    private Path temporary(Attachment attachment) {
        return directory.resolve(".carafe" + suffix(attachment));
    }
}
