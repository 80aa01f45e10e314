package dev.carafe.daemon.ctl;

import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

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
        var values = new GsonBuilder()
                .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
                .create()
                .fromJson(json, Object.class);
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(options).dump(values).stripTrailing();
    }
}
