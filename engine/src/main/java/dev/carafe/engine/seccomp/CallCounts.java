package dev.carafe.engine.seccomp;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How often a container has called what is forbidden. Safe for all threads.
final class CallCounts {
    /// A container in a loop would have the daemon count all day: from here on its calls wait.
    private static final int MOST_A_SECOND = 1000;

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final TreeMap<String, Long> counts = new TreeMap<>();
    private long second = System.nanoTime();
    private int inSecond;

    /// @param isFirst of that name
    /// @param delay before it is answered
    record Counted(boolean isFirst, Duration delay) {}

    synchronized Counted add(String call) {
        var isFirst = counts.merge(call, 1L, Long::sum) == 1;
        var now = System.nanoTime();
        if (now - second >= SECOND) {
            second = now;
            inSecond = 0;
        }
        inSecond++;
        return new Counted(isFirst, inSecond > MOST_A_SECOND ? Duration.ofNanos(second + SECOND - now) : Duration.ZERO);
    }

    /// As `chroot (1x), swapoff (2x)`.
    synchronized String text() {
        return counts.entrySet().stream().map(CallCounts::text).collect(Collectors.joining(", "));
    }

    private static String text(Map.Entry<String, Long> count) {
        return count.getKey() + " (" + count.getValue() + "x)";
    }
}
