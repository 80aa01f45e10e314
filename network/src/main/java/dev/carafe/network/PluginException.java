package dev.carafe.network;

import dev.carafe.linux.ExitStatus;
import dev.carafe.linux.Output;
import java.io.IOException;

/// A plugin failed. The message names the plugin, the network and what the plugin said.
public final class PluginException extends IOException {
    /// The container is unknown to the plugin: there is nothing to clean up (CNI specification, section 5).
    static final int UNKNOWN_CONTAINER = 3;

    private final int code;

    PluginException(PluginCall call, int code, String what) {
        super(call + ": " + what + (code == 0 ? "" : " (code " + code + ")"));
        this.code = code;
    }

    /// The plugin's own error code (CNI specification, section 5); 0 when it gave none.
    public int code() {
        return code;
    }

    /// From the output of a plugin that ended with an error.
    static PluginException of(PluginCall call, Output output) {
        try {
            var report = JsonParser.parseObject(output.stdout());
            var message = report.text("msg");
            var details = report.text("details");
            var code = report.integer("code");
            if (code != 0 || !message.isEmpty()) {
                return new PluginException(
                        call, code, Quoted.plain(details.isEmpty() ? message : message + "; " + details));
            }
        } catch (JsonException _) {
            // Then it is told below what there was instead.
        }
        return new PluginException(
                call, 0, end(output.status()) + said("stdout", output.stdout()) + said("stderr", output.stderr()));
    }

    private static String end(ExitStatus status) {
        return switch (status) {
            case ExitStatus.Exited(var code) -> "ended with exit code " + code + " and no error report";
            case ExitStatus.Signaled(var signal) -> "was killed by signal " + signal;
        };
    }

    static String said(String where, byte[] bytes) {
        return bytes.length == 0 ? "" : "; " + where + ": " + Quoted.tail(bytes);
    }
}
