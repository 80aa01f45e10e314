package dev.carafe.streaming;

import java.nio.charset.StandardCharsets;

/// How a session ended, in the words of its protocol's error stream: a `Status` of Kubernetes' API from the fourth
/// version on, plain text before.
final class StatusObject {
    private static final int MAX_TEXT = 4096;

    private final boolean isObject;

    StatusObject(boolean isObject) {
        this.isObject = isObject;
    }

    byte[] success() {
        return bytes(isObject ? "{\"metadata\":{},\"status\":\"Success\"}" : "");
    }

    byte[] exit(int code) {
        if (code == 0) {
            return success();
        }
        var text = "command terminated with non-zero exit code: " + code;
        return bytes(
                isObject
                        ? "{\"metadata\":{},\"status\":\"Failure\",\"message\":" + quoted(text)
                                + ",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\","
                                + "\"message\":\"" + code + "\"}]}}"
                        : text);
    }

    byte[] failure(String why) {
        var text = why.length() <= MAX_TEXT ? why : why.substring(0, MAX_TEXT) + "...";
        return bytes(
                isObject
                        ? "{\"metadata\":{},\"status\":\"Failure\",\"message\":"
                                + quoted("Internal error occurred: " + text)
                                + ",\"reason\":\"InternalError\",\"details\":{\"causes\":[{\"message\":" + quoted(text)
                                + "}]},\"code\":500}"
                        : text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        var json = new StringBuilder("\"");
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                default -> {
                    if (c < ' ') {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }
}
