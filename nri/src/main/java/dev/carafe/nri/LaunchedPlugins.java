package dev.carafe.nri;

import dev.carafe.linux.Child;
import dev.carafe.linux.Fd;
import dev.carafe.linux.SocketPair;
import dev.carafe.linux.Spawn;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The plugins that the daemon starts: executables called `INDEX-NAME` in one folder, each connected by a socket that
/// it inherits, with a configuration of its own in another. Safe for all threads.
final class LaunchedPlugins {
    private static final System.Logger LOG = System.getLogger(LaunchedPlugins.class.getName());

    private static final int SOCKET_NUMBER = 3;
    private static final int MOST_CONFIGURATION_BYTES = 1 << 20;

    private final Path folder;
    private final Path configurations;

    LaunchedPlugins(Path folder, Path configurations) {
        this.folder = folder;
        this.configurations = configurations;
    }

    record Launched(PluginName name, String configuration, Child process, Fd socket) {}

    /// What is no plugin is told in the log; the others are started.
    List<Launched> start() throws IOException {
        var launched = new ArrayList<Launched>();
        for (var program : programs()) {
            try {
                launched.add(launch(program));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.ERROR, "NRI plugin " + program + " was not started", e);
            }
        }
        return launched;
    }

    private List<Path> programs() throws IOException {
        var programs = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                if (!Files.isDirectory(entry) && Files.isExecutable(entry)) {
                    programs.add(entry);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        programs.sort(null);
        return programs;
    }

    private Launched launch(Path program) throws IOException {
        var name = PluginName.parse(String.valueOf(program.getFileName()));
        var configuration = configuration(name);
        var sockets = SocketPair.open();
        try (var theirs = sockets.theirs()) {
            var process = Spawn.of(program, List.of())
                    .environment(Map.of(
                            "NRI_PLUGIN_NAME", name.base(),
                            "NRI_PLUGIN_IDX", name.index(),
                            "NRI_PLUGIN_SOCKET", Integer.toString(SOCKET_NUMBER)))
                    .pass(SOCKET_NUMBER, theirs)
                    .start();
            return new Launched(name, configuration, process, sockets.ours());
        } catch (IOException e) {
            sockets.ours().close();
            throw e;
        }
    }

    /// `INDEX-NAME.conf`, or else `NAME.conf`; empty when there is neither.
    private String configuration(PluginName name) throws IOException {
        for (var file : List.of(name + ".conf", name.base() + ".conf")) {
            var path = configurations.resolve(file);
            if (Files.exists(path)) {
                if (Files.size(path) > MOST_CONFIGURATION_BYTES) {
                    throw new IOException(path + " is longer than " + MOST_CONFIGURATION_BYTES + " bytes");
                }
                return Files.readString(path);
            }
        }
        return "";
    }
}
