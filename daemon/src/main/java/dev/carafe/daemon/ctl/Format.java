package dev.carafe.daemon.ctl;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.representer.Representer;

/// How a verb prints what it was told.
enum Format {
    DEFAULT,
    TABLE,
    JSON,
    YAML;

    /// The message with all its fields, those that are not set too, as crictl prints it.
    String of(MessageOrBuilder message) throws InvalidProtocolBufferException {
        return ofJson(JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message));
    }

    String ofJson(String json) {
        if (this != YAML) {
            return json;
        }
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        // JSON is YAML.
        return new Yaml(new SafeConstructor(new LoaderOptions()), new Representer(options), options)
                .dump(new Yaml(new SafeConstructor(new LoaderOptions())).load(json))
                .stripTrailing();
    }
}
