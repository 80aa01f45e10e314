package dev.carafe.daemon;

import dev.carafe.daemon.config.Configuration;
import dev.carafe.daemon.config.UsageException;
import dev.carafe.engine.OfflineImages;
import dev.carafe.engine.image.SaveImages.Form;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `carafe images export`: writes images of the store of a node whose daemon is stopped into a new file or folder.
/// Prints what was written.
record ExportImages(List<String> images, Path path, Form form) implements ImagesCommand {
    ExportImages {
        images = List.copyOf(images);
    }

    /// @param arguments after `export`
    static ExportImages parse(List<String> arguments) throws UsageException {
        var images = new ArrayList<String>();
        var path = Optional.<Path>empty();
        var form = Form.ARCHIVE;
        for (var rest = arguments.iterator(); rest.hasNext(); ) {
            var argument = rest.next();
            switch (argument) {
                case "--to" -> path = Optional.of(Path.of(ImagesCommand.value(argument, rest)));
                case "--format" -> form = form(ImagesCommand.value(argument, rest));
                default -> {
                    if (argument.startsWith("-")) {
                        throw new UsageException("images export takes --to and --format, not " + argument);
                    }
                    images.add(argument);
                }
            }
        }
        if (images.isEmpty() || path.isEmpty()) {
            throw new UsageException("images export takes at least one image, and --to PATH");
        }
        return new ExportImages(images, path.get().toAbsolutePath(), form);
    }

    private static Form form(String text) throws UsageException {
        return switch (text) {
            case "archive" -> Form.ARCHIVE;
            case "oci" -> Form.OCI;
            case "dir" -> Form.DIRECTORY;
            default -> throw new UsageException("--format is archive, oci or dir, not " + text);
        };
    }

    @Override
    public void run(Configuration configuration, PrintStream out) throws IOException, InterruptedException {
        var storage = configuration.storage();
        if (!Files.isDirectory(storage.root())) {
            throw new IOException("there is no store in " + storage.root());
        }
        try (var _ = FolderLock.take(storage.ownFolders());
                var store = OfflineImages.open(
                        storage, configuration.trust(), configuration.decryptionKeys(), Clock.systemUTC())) {
            for (var image : store.save(images, path, form)) {
                var names = image.names().isEmpty() ? "without a name" : String.join(", ", image.names());
                out.println("exported " + image.id() + " " + names);
            }
        }
    }
}
