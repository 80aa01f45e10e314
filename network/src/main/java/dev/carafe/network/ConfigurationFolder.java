package dev.carafe.network;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The folder of network configurations, read as CRI-O reads it: files that end with .conflist, .conf and .json, by
/// name, of which the two last hold one plugin.
final class ConfigurationFolder {
    private static final String LIST_SUFFIX = ".conflist";
    private static final Set<String> PLUGIN_SUFFIXES = Set.of(".conf", ".json");

    /// Real ones have a few kilobytes, and a node a handful.
    private static final int MAX_BYTES = 1 << 20;

    private static final int MAX_FILES = 200;

    private final Path folder;

    ConfigurationFolder(Path folder) {
        this.folder = folder;
    }

    /// @param networks by file name
    /// @param problems one for each file that was passed over
    record Contents(List<Found> networks, List<String> problems) {
        Contents {
            networks = List.copyOf(networks);
            problems = List.copyOf(problems);
        }
    }

    record Found(String file, NetworkList network) {}

    Path path() {
        return folder;
    }

    Contents read() {
        var networks = new ArrayList<Found>();
        var problems = new ArrayList<String>();
        try {
            for (var file : files(folder)) {
                var name = file.getFileName().toString();
                try {
                    var network = isList(name)
                            ? list(file)
                            : NetworkList.ofPlugin(JsonParser.parseFile(file, MAX_BYTES), name);
                    networks.add(new Found(name, network));
                } catch (NoSuchFileException _) {
                    // Removed since the folder was read: as if it had not been there.
                } catch (IOException e) {
                    problems.add(name + ": " + why(e));
                }
            }
        } catch (IOException e) {
            problems.add(why(e));
        }
        return new Contents(networks, problems);
    }

    /// Messages of the file system hold nothing but the path.
    private static String why(IOException e) {
        var kind = e instanceof FileSystemException ? e.getClass().getSimpleName() + ": " : "";
        return kind + e.getMessage();
    }

    private NetworkList list(Path file) throws IOException {
        var json = JsonParser.parseFile(file, MAX_BYTES);
        var list = NetworkList.parse(json, file.getFileName().toString());
        var whole = json.flag("loadOnlyInlinedPlugins") ? list : list.adding(plugins(folder.resolve(list.name())));
        if (whole.plugins().isEmpty()) {
            throw new JsonException("has no plugins");
        }
        return whole;
    }

    /// Since 1.1.0 a network's plugins may also stand in a folder of its name (section 1).
    private static List<PluginConfiguration> plugins(Path folder) throws IOException {
        var plugins = new ArrayList<PluginConfiguration>();
        for (var file : files(folder)) {
            var name = file.getFileName().toString();
            if (name.endsWith(".conf")) {
                try {
                    plugins.add(PluginConfiguration.of(JsonParser.parseFile(file, MAX_BYTES)));
                } catch (JsonException e) {
                    throw new JsonException("in " + folder.getFileName() + "/" + name + ": " + e.getMessage());
                }
            }
        }
        return plugins;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                if (isConfiguration(entry.getFileName().toString()) && Files.isRegularFile(entry)) {
                    files.add(entry);
                }
            }
        }
        if (files.size() > MAX_FILES) {
            throw new IOException("more than " + MAX_FILES + " configuration files in " + folder);
        }
        files.sort(null);
        return files;
    }

    /// Whether there is any file of configurations but the one of this name.
    boolean hasOther(String name) throws IOException {
        return files(folder).stream()
                .anyMatch(file -> !file.getFileName().toString().equals(name));
    }

    private static boolean isConfiguration(String name) {
        return isList(name) || PLUGIN_SUFFIXES.stream().anyMatch(name::endsWith);
    }

    private static boolean isList(String name) {
        return name.endsWith(LIST_SUFFIX);
    }
}
