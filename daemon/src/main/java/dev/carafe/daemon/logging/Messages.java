package dev.carafe.daemon.logging;

import org.jspecify.annotations.Nullable;

/// `{0}`, `{1}` … in a message replaced by values, as they print themselves. Not by java.text.MessageFormat,
/// which swallows apostrophes, groups the digits of numbers, and loads the locales.
final class Messages {
    private Messages() {}

    static String filled(String format, @Nullable Object @Nullable [] values) {
        if (values == null || values.length == 0 || format.indexOf('{') < 0) {
            return format;
        }
        var text = new StringBuilder();
        var from = 0;
        while (true) {
            var open = format.indexOf('{', from);
            var close = open < 0 ? -1 : format.indexOf('}', open);
            if (close < 0) {
                return text.append(format, from, format.length()).toString();
            }
            var index = index(format.substring(open + 1, close), values.length);
            text.append(format, from, open);
            if (index < 0) {
                text.append(format, open, close + 1);
            } else {
                text.append(values[index]);
            }
            from = close + 1;
        }
    }

    /// -1 where it names none of the values.
    private static int index(String placeholder, int count) {
        if (placeholder.length() != 1) {
            return -1;
        }
        var index = placeholder.charAt(0) - '0';
        return index >= 0 && index < count ? index : -1;
    }
}
