package dev.carafe.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The detachments that a plugin refused, one file each, until they are done. For one caller at a time for each
/// container.
final class PostponedDetachments {
    private static final System.Logger LOG = System.getLogger(PostponedDetachments.class.getName());
    private static final String SUFFIX = ".json";

    /// Names and some ports.
    private static final int MAX_BYTES = 8 << 20;

    private final Path directory;

    PostponedDetachments(Path directory) {
        this.directory = directory;
    }

    /// When it returns, it survives a power cut.
    void add(Attachment attachment) throws IOException {
        file(attachment.containerId()).write(document(attachment));
    }

    private static JsonObject document(Attachment attachment) {
        var ports = attachment.ports().stream().<Json>map(PortMapping::toJson).toList();
        return JsonObject.EMPTY
                .with("containerId", attachment.containerId())
                .with("namespace", attachment.namespace().toString())
                .with("podNamespace", attachment.podNamespace())
                .with("podName", attachment.podName())
                .with("podUid", attachment.podUid())
                .with("ports", new Json.Array(ports));
    }

    /// Idempotent.
    void remove(String containerId) throws IOException {
        file(containerId).delete();
    }

    /// A file that can't be understood is set aside and named in the log.
    List<Attachment> all() throws IOException {
        var all = new ArrayList<Attachment>();
        try (var files = Files.newDirectoryStream(directory, "[!.]*" + SUFFIX)) {
            for (var file : files) {
                read(file).ifPresent(all::add);
            }
        } catch (NoSuchFileException nothingPostponed) {
            return List.of();
        }
        return all;
    }

    private static Optional<Attachment> read(Path file) throws IOException {
        try {
            return Optional.of(attachment(JsonParser.parseFile(file, MAX_BYTES)));
        } catch (NoSuchFileException doneMeanwhile) {
            return Optional.empty();
        } catch (JsonException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.ERROR, "lost a postponed detachment: {0}: {1}", file, e.getMessage());
            Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
            return Optional.empty();
        }
    }

    private static Attachment attachment(JsonObject json) throws JsonException {
        var ports = new ArrayList<PortMapping>();
        for (var port : json.list("ports")) {
            if (port instanceof JsonObject mapping) {
                ports.add(PortMapping.of(mapping));
            }
        }
        return new Attachment(
                json.text("containerId"),
                Path.of(json.text("namespace")),
                json.text("podNamespace"),
                json.text("podName"),
                json.text("podUid"),
                RuntimeArguments.ofPorts(ports));
    }

    private DurableFile file(String containerId) {
        var name = containerId + SUFFIX;
        return new DurableFile(directory, name, directory.resolve("." + name));
    }
}
