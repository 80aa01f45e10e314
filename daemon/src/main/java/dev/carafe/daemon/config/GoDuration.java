package dev.carafe.daemon.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/// Durations as crio.conf has them: Go's `time.ParseDuration`, such as `1m30s`, `300ms` or `1.5h`; none below
/// zero.
public final class GoDuration {
    /// The longest that Go's type can hold, about 292 years.
    private static final BigDecimal MAX_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);

    /// Of one number. Bounds the arithmetic.
    private static final int MAX_DIGITS = 20;

    private GoDuration() {}

    /// Empty when the text is none.
    public static Optional<Duration> parse(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        var nanos = BigDecimal.ZERO;
        var at = 0;
        while (at < text.length()) {
            var unit = end(text, at, true);
            var next = end(text, unit, false);
            var factor = nanosOf(text.substring(unit, next));
            if (unit == at || unit - at > MAX_DIGITS || factor == 0) {
                return Optional.empty();
            }
            try {
                nanos = nanos.add(new BigDecimal(text.substring(at, unit)).multiply(BigDecimal.valueOf(factor)));
            } catch (NumberFormatException twoPoints) {
                return Optional.empty();
            }
            at = next;
        }
        return text.isEmpty() || nanos.compareTo(MAX_NANOS) > 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(nanos.longValue()));
    }

    /// Where the run of digits and points, or of other characters, ends.
    private static int end(String text, int from, boolean digits) {
        var end = from;
        while (end < text.length() && isDigit(text.charAt(end)) == digits) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return (c >= '0' && c <= '9') || c == '.';
    }

    /// 0 for what is no unit.
    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 0;
        };
    }

    /// As Go prints it, but without units that are zero: `1h30m` and not `1h30m0s`. Parses to the same duration.
    static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        var text = new StringBuilder();
        if (duration.toHours() > 0) {
            text.append(duration.toHours()).append('h');
        }
        if (duration.toMinutesPart() > 0) {
            text.append(duration.toMinutesPart()).append('m');
        }
        var seconds = BigDecimal.valueOf(duration.toSecondsPart()).add(BigDecimal.valueOf(duration.toNanosPart(), 9));
        if (seconds.signum() > 0) {
            text.append(seconds.stripTrailingZeros().toPlainString()).append('s');
        }
        return text.toString();
    }
}
