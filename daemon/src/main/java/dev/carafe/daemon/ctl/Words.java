package dev.carafe.daemon.ctl;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// Numbers in the words that people know from crictl's tables.
final class Words {
    private static final int SHORT_ID = 13;
    private static final List<String> SIZES = List.of("B", "kB", "MB", "GB", "TB");

    private Words() {}

    /// Without the control characters by which an image's name or a runtime's message could steer the terminal.
    static String harmless(String foreign) {
        return foreign.codePoints()
                .map(c -> Character.isISOControl(c) && c != '\n' ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    static String shortId(String id, boolean whole) {
        var bare = id.startsWith("sha256:") ? id.substring("sha256:".length()) : id;
        return whole || bare.length() <= SHORT_ID ? bare : bare.substring(0, SHORT_ID);
    }

    static String ago(long nanos, Instant now) {
        var age = Duration.between(Instant.ofEpochSecond(0, nanos), now);
        return length(age) + " ago";
    }

    private static String length(Duration age) {
        if (age.toSeconds() < 1) {
            return "Less than a second";
        }
        if (age.toMinutes() < 1) {
            return plural(age.toSeconds(), "second");
        }
        if (age.toHours() < 1) {
            return plural(age.toMinutes(), "minute");
        }
        return age.toDays() < 2 ? plural(age.toHours(), "hour") : plural(age.toDays(), "day");
    }

    private static String plural(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }

    /// Three significant digits, in powers of 1000.
    static String size(long bytes) {
        var value = (double) bytes;
        var unit = 0;
        while (value >= 1000 && unit < SIZES.size() - 1) {
            value /= 1000;
            unit++;
        }
        var digits = unit == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f%s", value, SIZES.get(unit));
    }

    /// `CONTAINER_RUNNING` as `Running`, `SANDBOX_NOTREADY` as `NotReady`.
    static String state(String name) {
        return switch (name) {
            case "SANDBOX_NOTREADY" -> "NotReady";
            default -> {
                var word = name.substring(name.indexOf('_') + 1);
                yield word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
            }
        };
    }
}
