package dev.carafe.daemon;

import dev.carafe.daemon.config.Configuration;
import dev.carafe.daemon.config.UsageException;
import dev.carafe.engine.OfflineImages;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/// `carafe images import`: puts the images of folders and archives into the store of a node whose daemon is stopped.
/// Prints what came.
///
/// @param name for the one image that is imported; empty to leave it the names it has
record ImportImages(List<Path> paths, String name) implements ImagesCommand {
    ImportImages {
        paths = List.copyOf(paths);
    }

    /// @param arguments after `import`
    static ImportImages parse(List<String> arguments) throws UsageException {
        var paths = new ArrayList<Path>();
        var name = "";
        for (var rest = arguments.iterator(); rest.hasNext(); ) {
            var argument = rest.next();
            if (argument.equals("--name") || argument.equals("-n")) {
                name = ImagesCommand.value(argument, rest);
            } else if (argument.startsWith("-")) {
                throw new UsageException("images import takes --name, not " + argument);
            } else {
                paths.add(Path.of(argument).toAbsolutePath());
            }
        }
        if (paths.isEmpty() || (paths.size() > 1 && !name.isEmpty())) {
            throw new UsageException("images import takes at least one path, and exactly one with --name");
        }
        return new ImportImages(paths, name);
    }

    @Override
    public void run(Configuration configuration, PrintStream out) throws IOException, InterruptedException {
        var storage = configuration.storage();
        // Also what keeps a daemon from starting meanwhile.
        try (var _ = FolderLock.take(storage.ownFolders());
                var images = OfflineImages.open(
                        storage, configuration.trust(), configuration.decryptionKeys(), Clock.systemUTC())) {
            for (var path : paths) {
                for (var image : images.load(path, name)) {
                    var names = image.names().isEmpty() ? "an image without a name" : String.join(", ", image.names());
                    out.println("imported " + names + " as " + image.id());
                }
            }
        }
    }
}
