package dev.carafe.daemon;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;

/// What was built, and what runs it.
record Build(String version) {
    static final String NAME = "carafe";

    /// Maven writes the version into the resource.
    static Build read() {
        try (var resource = Objects.requireNonNull(Build.class.getResourceAsStream("build.properties"))) {
            var properties = new Properties();
            properties.load(resource);
            return new Build(properties.getProperty("version", ""));
        } catch (IOException e) {
            throw new UncheckedIOException("the program's own files can't be read", e);
        }
    }

    String text(boolean verbose) {
        var text = new StringBuilder(NAME + " version " + version + "\n");
        text.append("Java:      ").append(java()).append('\n');
        text.append("Platform:  ").append(platform()).append('\n');
        if (verbose) {
            libraries()
                    .forEach(library ->
                            text.append("Library:   ").append(library).append('\n'));
        }
        return text.toString();
    }

    String json(boolean verbose) {
        var text = new StringBuilder("{\n");
        text.append("  \"version\": \"").append(version).append("\",\n");
        text.append("  \"javaVersion\": \"").append(java()).append("\",\n");
        text.append("  \"platform\": \"").append(platform()).append('"');
        if (verbose) {
            text.append(",\n  \"libraries\": [");
            text.append(String.join(", ", libraries().map(l -> '"' + l + '"').toList()));
            text.append(']');
        }
        return text.append("\n}\n").toString();
    }

    private static String java() {
        return System.getProperty("java.vm.version") + " (" + System.getProperty("java.vendor") + ")";
    }

    private static String platform() {
        return "linux/" + System.getProperty("os.arch");
    }

    /// The jars of the class path, whose names have their versions.
    private static Stream<String> libraries() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(jar -> Path.of(jar).getFileName().toString())
                .filter(name -> name.endsWith(".jar"))
                .map(name -> name.substring(0, name.length() - ".jar".length()))
                .sorted();
    }
}
