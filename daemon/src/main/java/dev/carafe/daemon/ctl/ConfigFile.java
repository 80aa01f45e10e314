package dev.carafe.daemon.ctl;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSyntaxException;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;

/// A pod's or container's configuration in crictl's form: the CRI message as JSON or YAML, names in either
/// spelling, enumerations by name or number. A field that the CRI does not know gets one warning and is left
/// out.
final class ConfigFile {
    private ConfigFile() {}

    static <B extends Message.Builder> B read(Path file, B into, PrintStream err) throws IOException {
        var config = object(file);
        encodeEnvironment(config);
        var json = config.toString();
        try {
            JsonFormat.parser().merge(json, into);
        } catch (InvalidProtocolBufferException strict) {
            into.clear();
            lenient(file, json, into);
            err.println("carafe ctl: warning: " + file + ": " + strict.getMessage());
        }
        return into;
    }

    private static void lenient(Path file, String json, Message.Builder into) throws IOException {
        try {
            JsonFormat.parser().ignoringUnknownFields().merge(json, into);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /// JSON first: YAML reads most of it, but no tabs between the tokens.
    private static JsonObject object(Path file) throws IOException {
        var text = Files.readString(file);
        try {
            if (JsonParser.parseString(text) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonSyntaxException notJson) {
            // It may be YAML.
        }
        Object loaded;
        try {
            loaded = new Yaml(new Values()).load(text);
        } catch (YAMLException e) {
            throw new IOException(file + " is neither JSON nor YAML: " + e.getMessage(), e);
        }
        if (new Gson().toJsonTree(loaded) instanceof JsonObject object) {
            return object;
        }
        throw new IOException(file + " is neither a JSON object nor a YAML mapping");
    }

    /// An environment variable's value is bytes in the CRI, which protobuf's JSON has in base64, and text in
    /// everybody's files.
    private static void encodeEnvironment(JsonObject config) {
        if (config.get("envs") instanceof JsonArray variables) {
            for (var variable : variables) {
                if (variable instanceof JsonObject entry && entry.get("value") instanceof JsonPrimitive value) {
                    var bytes = value.getAsString().getBytes(StandardCharsets.UTF_8);
                    entry.addProperty("value", Base64.getEncoder().encodeToString(bytes));
                }
            }
        }
    }

    /// The CRI's fields are numbers, booleans and strings: a date in a label is a string.
    private static final class Values extends SafeConstructor {
        Values() {
            super(new LoaderOptions());
            yamlConstructors.put(Tag.TIMESTAMP, new ConstructYamlStr());
        }
    }
}
