package dev.carafe.daemon.ctl;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSyntaxException;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.carafe.cri.v1.StatusResponse;
import java.util.Map;

/// A verbose status as crictl prints it: the message under `status`, and the runtime's own words, which are
/// JSON, in place under `info`.
final class Inspection {
    private Inspection() {}

    static String of(Message status, Map<String, String> info, Format format) throws InvalidProtocolBufferException {
        var all = new JsonObject();
        all.add("info", info(info));
        all.add("status", tree(status));
        return print(all, format);
    }

    /// Of the runtime itself: its status and handlers at the top, its own words beside them.
    static String of(StatusResponse response, Format format) throws InvalidProtocolBufferException {
        var all = tree(response).getAsJsonObject();
        all.remove("info");
        info(response.getInfoMap()).entrySet().forEach(e -> all.add(e.getKey(), e.getValue()));
        return print(all, format);
    }

    private static JsonElement tree(Message message) throws InvalidProtocolBufferException {
        return JsonParser.parseString(
                JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message));
    }

    /// The key `info` holds an object whose members stand at the top; other keys stand beside them.
    private static JsonObject info(Map<String, String> info) {
        var all = new JsonObject();
        info.forEach((key, value) -> {
            if (key.equals("info") && parsed(value) instanceof JsonObject object) {
                object.entrySet().forEach(e -> all.add(e.getKey(), e.getValue()));
            } else {
                all.add(key, parsed(value));
            }
        });
        return all;
    }

    private static JsonElement parsed(String value) {
        try {
            return JsonParser.parseString(value);
        } catch (JsonSyntaxException plainText) {
            return new JsonPrimitive(value);
        }
    }

    private static String print(JsonObject all, Format format) {
        return format.ofJson(new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(all));
    }
}
