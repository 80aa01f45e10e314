package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a network interface has received and sent since it was made (proc_pid_net(5), `dev`).
public record NetworkCounters(String name, Traffic received, Traffic sent) {
    private static final Path OF_THIS_THREAD = Path.of("/proc/thread-self/net/dev");

    private static final int HEADER_LINES = 2;
    private static final int SENT_FROM = 8;
    private static final int COLUMNS = 16;

    public record Traffic(long bytes, long packets, long errors, long dropped) {}

    /// Of all interfaces, the loopback one included, in the namespace of the calling thread.
    public static List<NetworkCounters> read() throws IOException {
        return parse(Files.readAllLines(OF_THIS_THREAD));
    }

    static List<NetworkCounters> parse(List<String> lines) throws IOException {
        var counters = new ArrayList<NetworkCounters>();
        for (var line : lines.stream().skip(HEADER_LINES).toList()) {
            // A name may have colons, as an alias has; what follows the last has none.
            var colon = line.lastIndexOf(':');
            var columns = line.substring(colon + 1).strip().split("\\s+");
            if (colon < 1 || columns.length < COLUMNS) {
                throw new IOException("not a line about a network interface: " + line);
            }
            counters.add(new NetworkCounters(
                    line.substring(0, colon).strip(), traffic(columns, 0), traffic(columns, SENT_FROM)));
        }
        return counters;
    }

    private static Traffic traffic(String[] columns, int from) throws IOException {
        try {
            return new Traffic(
                    Long.parseUnsignedLong(columns[from]),
                    Long.parseUnsignedLong(columns[from + 1]),
                    Long.parseUnsignedLong(columns[from + 2]),
                    Long.parseUnsignedLong(columns[from + 3]));
        } catch (NumberFormatException e) {
            throw new IOException("not a network interface's counter", e);
        }
    }
}
