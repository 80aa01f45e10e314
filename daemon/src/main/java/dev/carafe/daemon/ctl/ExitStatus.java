package dev.carafe.daemon.ctl;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// How a command ended, as the Status object of Kubernetes' API has it.
final class ExitStatus {
    private ExitStatus() {}

    /// Gives the exit code.
    ///
    /// @throws IOException when there is none, with the server's words
    static int of(byte[] status) throws IOException {
        if (status.length == 0) {
            throw new IOException("the connection broke off before the end was told");
        }
        var text = new String(status, StandardCharsets.UTF_8);
        try {
            var object = JsonParser.parseString(text).getAsJsonObject();
            if (text(object, "status").equals("Success")) {
                return 0;
            }
            return exitCode(object).orElseThrow(() -> new IOException(message(object, text)));
        } catch (JsonParseException | IllegalStateException | NumberFormatException | ClassCastException foreign) {
            throw new IOException(text.strip(), foreign);
        }
    }

    private static Optional<Integer> exitCode(JsonObject status) {
        if (!text(status, "reason").equals("NonZeroExitCode") || !status.has("details")) {
            return Optional.empty();
        }
        var causes = status.getAsJsonObject("details").getAsJsonArray("causes");
        if (causes == null) {
            return Optional.empty();
        }
        return causes.asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(cause -> text(cause, "reason").equals("ExitCode"))
                .map(cause -> Integer.parseInt(text(cause, "message")))
                .findFirst();
    }

    private static String message(JsonObject status, String whole) {
        var message = text(status, "message");
        return message.isEmpty() ? whole.strip() : message;
    }

    private static String text(JsonObject object, String name) {
        return object.has(name) && object.get(name).isJsonPrimitive()
                ? object.get(name).getAsString()
                : "";
    }
}
