package dev.carafe.network;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The node's interfaces over which its own loopback address may be routed (`route_localnet`), which the kernel
/// forbids otherwise. Which of them were so by this daemon's doing survives it, so that they get back what they
/// had. For one caller at a time.
final class LocalRoutes {
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9_.@-]{1,15}");
    private static final String FILE = "local-routes.json";
    private static final int MAX_BYTES = 1 << 20;
    private static final int BITS = 32;

    private final Path proc;
    private final DurableFile file;
    private Set<String> ours;

    /// @param proc /proc
    /// @param state the folder for what survives
    LocalRoutes(Path proc, Path state) {
        this.proc = proc;
        file = new DurableFile(state, FILE, state.resolve("." + FILE));
        ours = read(state.resolve(FILE));
    }

    private static Set<String> read(Path file) {
        var devices = new TreeSet<String>();
        try {
            for (var device : JsonParser.parseFile(file, MAX_BYTES).list("devices")) {
                if (device instanceof Json.Text(var name)
                        && DEVICE.matcher(name).matches()) {
                    devices.add(name);
                }
            }
        } catch (NoSuchFileException none) {
            return Set.of();
        } catch (IOException e) {
            System.getLogger(LocalRoutes.class.getName())
                    .log(System.Logger.Level.WARNING, "lost the list of local routes: " + e.getMessage());
        }
        return devices;
    }

    /// Over which the node reaches the IPv4 address; empty where that is no interface that routes could be set
    /// of.
    Optional<String> deviceTo(String ipv4) throws IOException {
        var address = number(InetAddress.ofLiteral(ipv4).getAddress());
        var best = "";
        var longest = -1;
        for (var line : Files.readAllLines(proc.resolve("net/route"))) {
            // Device, destination and mask in the order of a little-endian machine's memory: proc_net(5).
            var fields = line.split("\t");
            if (fields.length > 7 && DEVICE.matcher(fields[0]).matches() && fields[1].length() == BITS / 4) {
                var mask = Integer.reverseBytes(Integer.parseUnsignedInt(fields[7].strip(), 16));
                var destination = Integer.reverseBytes(Integer.parseUnsignedInt(fields[1], 16));
                if ((address & mask) == destination && Integer.bitCount(mask) > longest) {
                    longest = Integer.bitCount(mask);
                    best = fields[0];
                }
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    private static int number(byte[] bytes) {
        var number = 0;
        for (var part : bytes) {
            number = (number << Byte.SIZE) | (part & 0xff);
        }
        return number;
    }

    /// Takes it back from interfaces of ours that are not among these.
    void keepOnly(Set<String> devices) throws IOException {
        var left = new TreeSet<>(ours);
        for (var device : ours) {
            if (!devices.contains(device)) {
                if (Files.exists(setting(device))) {
                    Files.writeString(setting(device), "0");
                }
                left.remove(device);
            }
        }
        put(left);
    }

    /// Allows it for these. Who allowed one before keeps it.
    void allow(Set<String> devices) throws IOException {
        for (var device : devices) {
            if (Files.readString(setting(device), StandardCharsets.US_ASCII)
                    .strip()
                    .equals("0")) {
                var more = new TreeSet<>(ours);
                more.add(device);
                put(more);
                Files.writeString(setting(device), "1");
            }
        }
    }

    private void put(Set<String> devices) throws IOException {
        if (devices.equals(ours)) {
            return;
        }
        if (devices.isEmpty()) {
            file.delete();
        } else {
            var names = devices.stream().<Json>map(Json.Text::new).toList();
            file.writeQuickly(JsonObject.EMPTY.with("devices", new Json.Array(names)));
        }
        ours = Set.copyOf(devices);
    }

    private Path setting(String device) {
        return proc.resolve("sys/net/ipv4/conf").resolve(device).resolve("route_localnet");
    }
}
