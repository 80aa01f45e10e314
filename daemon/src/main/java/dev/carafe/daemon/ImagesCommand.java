package dev.carafe.daemon;

import dev.carafe.daemon.config.Configuration;
import dev.carafe.daemon.config.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.List;

/// `carafe images`: what is done to the store of images of a node whose daemon is stopped.
sealed interface ImagesCommand permits ImportImages, ExportImages {
    /// Keeps a daemon from starting meanwhile.
    void run(Configuration configuration, PrintStream out) throws IOException, InterruptedException;

    /// @param arguments after `images`
    /// @throws UsageException says what is wrong with them
    static ImagesCommand parse(List<String> arguments) throws UsageException {
        return switch (arguments.isEmpty() ? "" : arguments.getFirst()) {
            case "import" -> ImportImages.parse(arguments.subList(1, arguments.size()));
            case "export" -> ExportImages.parse(arguments.subList(1, arguments.size()));
            default ->
                throw new UsageException("images takes import PATH... [--name IMAGE], or export IMAGE... --to PATH"
                        + " [--format FORMAT]");
        };
    }

    static String value(String option, Iterator<String> rest) throws UsageException {
        if (!rest.hasNext()) {
            throw new UsageException(option + " needs a value");
        }
        return rest.next();
    }
}
