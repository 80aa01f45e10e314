package dev.carafe.daemon;

import dev.carafe.linux.Datagrams;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What systemd is told of the daemon (sd_notify(3)): nothing where it did not start it. A message that is not taken is
/// a line of the log.
final class Systemd {
    private static final System.Logger LOG = System.getLogger(Systemd.class.getName());

    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final String WATCHDOG_MICROSECONDS = "WATCHDOG_USEC";
    private static final String WATCHDOG_PROCESS = "WATCHDOG_PID";
    private static final long NANOS = 1000;

    /// Shorter ones would ask for more than a busy node can promise.
    private static final Duration SHORTEST_WATCHDOG = Duration.ofSeconds(1);

    private final Map<String, String> environment;

    Systemd(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /// The socket answers.
    void ready() {
        tell("READY=1");
    }

    void stopping() {
        tell("STOPPING=1");
    }

    /// That the daemon is well.
    void alive() {
        tell("WATCHDOG=1");
    }

    /// How often it wants to hear that, halved as it advises; empty when it does not.
    Optional<Duration> watchdog() {
        var process = environment.getOrDefault(WATCHDOG_PROCESS, "");
        var isOurs = process.isEmpty()
                || process.equals(Long.toString(ProcessHandle.current().pid()));
        try {
            var limit = Duration.ofNanos(
                    Math.multiplyExact(Long.parseLong(environment.getOrDefault(WATCHDOG_MICROSECONDS, "0")), NANOS));
            if (!isOurs || limit.isZero() || limit.isNegative()) {
                return Optional.empty();
            }
            if (limit.compareTo(SHORTEST_WATCHDOG) <= 0) {
                LOG.log(Level.WARNING, "a watchdog of {0} ms is too short, there is none", limit.toMillis());
                return Optional.empty();
            }
            return Optional.of(limit.dividedBy(2));
        } catch (ArithmeticException | NumberFormatException e) {
            LOG.log(Level.WARNING, "{0} is no number, there is no watchdog", WATCHDOG_MICROSECONDS);
            return Optional.empty();
        }
    }

    private void tell(String message) {
        var socket = environment.getOrDefault(SOCKET, "");
        if (socket.isEmpty()) {
            return;
        }
        try {
            Datagrams.send(socket, message.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "systemd could not be told " + message, e);
        }
    }
}
