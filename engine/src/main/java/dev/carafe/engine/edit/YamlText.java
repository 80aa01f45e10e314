package dev.carafe.engine.edit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// YAML, and so JSON without tabs, of a node's files.
public final class YamlText {
    private static final int MAXIMUM_DEPTH = 32;
    /// Each alias repeats what it stands for.
    private static final int MAXIMUM_ALIASES = 50;

    private static final int MAXIMUM_BYTES = 1 << 20;

    private YamlText() {}

    /// What a text is taken apart by.
    public interface Parser<T> {
        T parse(String text) throws IOException;
    }

    /// A file of at most a mebibyte.
    ///
    /// @param what the file is, for messages
    /// @throws IOException names it
    public static <T> T read(Path file, String what, Parser<T> parser) throws IOException {
        try (var content = Files.newInputStream(file)) {
            var bytes = content.readNBytes(MAXIMUM_BYTES + 1);
            if (bytes.length > MAXIMUM_BYTES) {
                throw new IOException("larger than " + MAXIMUM_BYTES + " bytes");
            }
            return parser.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException(what + " " + file + ": " + e.getMessage(), e);
        }
    }

    /// Only lists, mappings and plain values: no tag makes an object of any other class.
    ///
    /// @throws IOException also when there is nothing in it, or a name twice
    public static Object read(String text) throws IOException {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setNestingDepthLimit(MAXIMUM_DEPTH);
        options.setMaxAliasesForCollections(MAXIMUM_ALIASES);
        options.setCodePointLimit(Math.max(1, text.length()));
        try {
            Object value = new Yaml(new SafeConstructor(options)).load(text);
            if (value == null) {
                throw new IOException("empty");
            }
            return value;
        } catch (YAMLException | StackOverflowError e) {
            throw new IOException("not YAML: " + e.getMessage(), e);
        }
    }

    /// A mapping whose keys are in any case, here in small letters.
    ///
    /// @param what it is, for messages
    /// @throws IOException also when one is there twice, or stands for nothing
    public static Map<String, Object> keys(@Nullable Object value, String what) throws IOException {
        if (!(value instanceof Map<?, ?> mapping)) {
            throw new IOException(what + " is not a mapping");
        }
        var keys = new LinkedHashMap<String, Object>();
        for (var entry : mapping.entrySet()) {
            var key = String.valueOf(entry.getKey()).toLowerCase(Locale.ROOT);
            if (entry.getValue() == null || keys.put(key, entry.getValue()) != null) {
                throw new IOException(what + ": " + key + " is empty or there twice");
            }
        }
        return keys;
    }

    /// @param what it is, for messages
    public static List<?> list(@Nullable Object value, String what) throws IOException {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IOException(what + " is not a list");
    }
}
