package dev.carafe.daemon.ctl;

import com.google.gson.Gson;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// A pod's or container's configuration in crictl's form: the CRI message as JSON or YAML, names in either spelling,
/// enumerations by name or number. A field that the CRI does not know gets one warning and is left out.
final class ConfigFile {
    private ConfigFile() {}

    static <B extends Message.Builder> B read(Path file, B into, PrintStream err) throws IOException {
        // JSON is YAML, so one reader serves both.
        var json = json(file);
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

    private static String json(Path file) throws IOException {
        try {
            var loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
            return new Gson().toJson(loaded);
        } catch (YAMLException e) {
            throw new IOException(file + " is neither JSON nor YAML: " + e.getMessage(), e);
        }
    }
}
