package dev.carafe.engine.edit;

import dev.carafe.engine.Invalid;
import java.util.regex.Pattern;

/// The name of a device, `vendor.com/class=name`.
///
/// @param kind vendor and class
record CdiName(String kind, String device) {
    private static final int MAXIMUM_LENGTH = 512;
    private static final Pattern KIND =
            Pattern.compile("[A-Za-z]([A-Za-z0-9_.-]*[A-Za-z0-9])?/[A-Za-z]([A-Za-z0-9_.-]*[A-Za-z0-9])?");
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.:-]*[A-Za-z0-9])?");

    /// @throws Invalid when it is none; the message begins with the field
    static CdiName parse(String text, String field) {
        var equals = text.indexOf('=');
        var name =
                equals < 0 ? new CdiName("", "") : new CdiName(text.substring(0, equals), text.substring(equals + 1));
        if (text.length() > MAXIMUM_LENGTH || !isKind(name.kind) || !isDevice(name.device)) {
            throw new Invalid(field + ": not the name of a CDI device such as vendor.com/class=name: "
                    + text.substring(0, Math.min(text.length(), MAXIMUM_LENGTH)));
        }
        return name;
    }

    static boolean isKind(String text) {
        return text.length() <= MAXIMUM_LENGTH && KIND.matcher(text).matches();
    }

    static boolean isDevice(String text) {
        return text.length() <= MAXIMUM_LENGTH && DEVICE.matcher(text).matches();
    }

    @Override
    public String toString() {
        return kind + "=" + device;
    }
}
