package dev.carafe.engine.edit;

import java.io.IOException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// YAML, and so JSON without tabs, of a node's files.
public final class YamlText {
    private static final int MAXIMUM_DEPTH = 32;
    /// Each alias repeats what it stands for.
    private static final int MAXIMUM_ALIASES = 50;

    private YamlText() {}

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
}
