package dev.carafe.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A user namespace where it is pinned, with its ids; or the host's. The kernel gives none to a process with several
/// threads, so util-linux makes it: `unshare` before a `cat` that holds it until it is pinned.
///
/// @param pin the empty path for the host's
public record UserNamespace(Path pin, IdRange ids) {
    /// No namespace of its own: all ids are as they are.
    public static final UserNamespace HOST = new UserNamespace(Path.of(""), IdRange.ALL);

    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final int MAXIMUM_WORDS = 4096;
    private static final List<String> FOLDERS = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin");

    /// Whether a pod can have one, with the overlay of its files in it: since Linux 5.19 their layers may be mounts
    /// with
    /// other owners.
    public static boolean areSupported() {
        return Files.exists(Path.of("/proc/self/ns/user"))
                && isAtLeast519(System.getProperty("os.version"))
                && Stream.of("unshare", "nsenter", "cat", "tee")
                        .allMatch(name -> find(name).isPresent());
    }

    static boolean isAtLeast519(String release) {
        var parts = release.split("[^0-9]+", 3);
        if (parts.length < 2 || !parts[0].matches("[0-9]{1,4}") || !parts[1].matches("[0-9]{1,4}")) {
            return false;
        }
        var first = Integer.parseInt(parts[0]);
        return first > 5 || (first == 5 && Integer.parseInt(parts[1]) >= 19);
    }

    public boolean isHost() {
        return pin.toString().isEmpty();
    }

    /// Makes the user namespace and with it others that it owns, sets them up and pins each at its file, which is
    /// made. When it fails, nothing is pinned.
    ///
    /// @param pins with one of the user namespace
    public static void pin(Map<NamespaceKind, Path> pins, IdRange ids, NamespaceSetup setup)
            throws IOException, InterruptedException {
        if (!pins.containsKey(NamespaceKind.USER)) {
            throw new IllegalArgumentException("no user namespace among " + pins.keySet());
        }
        try (var in = Pipe.open();
                var out = Pipe.open();
                var holder = Spawn.of(program("unshare"), arguments(pins))
                        .environment(Map.of())
                        .stdin(in.read())
                        .stdout(out.write())
                        .start()) {
            in.read().close();
            out.write().close();
            awaitEcho(in, out);
            var process = Path.of("/proc", Integer.toString(holder.pid()));
            var map = "0 " + ids.hostId() + " " + ids.length() + "\n";
            Files.writeString(process.resolve("uid_map"), map);
            Files.writeString(process.resolve("gid_map"), map);
            Namespaces.keep(pins, process.resolve("ns") + "/");
        }
        try {
            setUp(pins, setup);
        } catch (IOException | InterruptedException | RuntimeException e) {
            takeBack(pins, e);
            throw e;
        }
    }

    private static List<String> arguments(Map<NamespaceKind, Path> pins) throws IOException {
        var options = pins.keySet().stream().map(kind -> switch (kind) {
            case USER -> "--user";
            case NETWORK -> "--net";
            case IPC -> "--ipc";
            case UTS -> "--uts";
            case CGROUP -> "--cgroup";
            case PID, MOUNT -> throw new IllegalArgumentException("not to be pinned with others: " + kind);
        });
        return Stream.concat(options, Stream.of(program("cat").toString())).toList();
    }

    /// What comes back was read by `cat`, which runs only once `unshare` has done its part.
    private static void awaitEcho(Pipe in, Pipe out) throws IOException, InterruptedException {
        var echo = new byte[1];
        var count = new int[1];
        in.write().write("\n".getBytes(StandardCharsets.US_ASCII));
        var reader = Thread.ofVirtual().start(() -> {
            try {
                count[0] = out.read().read(echo, 0, 1);
            } catch (IOException closedByUs) {
                count[0] = -1;
            }
        });
        if (!reader.join(WITHIN)) {
            out.read().close();
            reader.join();
        }
        if (count[0] != 1) {
            throw new IOException("unshare could not make a user namespace; the host may not allow more of them "
                    + "(user.max_user_namespaces)");
        }
    }

    /// The parameters of IPC belong to the namespace's root: not even the host's may set them.
    private static void setUp(Map<NamespaceKind, Path> pins, NamespaceSetup setup)
            throws IOException, InterruptedException {
        var ofNetwork = new TreeMap<String, String>();
        var others = new TreeMap<String, String>();
        setup.sysctls().forEach((name, value) -> (name.startsWith("net.") ? ofNetwork : others).put(name, value));
        var joined = new EnumMap<NamespaceKind, Path>(NamespaceKind.class);
        joined.putAll(pins);
        joined.remove(NamespaceKind.USER);
        if (!joined.isEmpty()) {
            Namespaces.setInside(joined, new NamespaceSetup(setup.hostname(), ofNetwork, setup.loopbackUp()));
        }
        for (var sysctl : others.entrySet()) {
            setAsRoot(pins, sysctl.getKey(), sysctl.getValue());
        }
    }

    private static void setAsRoot(Map<NamespaceKind, Path> pins, String name, String value)
            throws IOException, InterruptedException {
        var arguments = new ArrayList<String>();
        arguments.add("--user=" + pins.get(NamespaceKind.USER));
        arguments.add("--ipc=" + pins.get(NamespaceKind.IPC));
        arguments.add(program("tee").toString());
        arguments.add(Namespaces.sysctlFile(name).toString());
        var output = Spawn.of(program("nsenter"), arguments)
                .environment(Map.of())
                .run(value.getBytes(StandardCharsets.UTF_8), WITHIN, MAXIMUM_WORDS);
        if (!output.status().isSuccess()) {
            throw new IOException(
                    name + " could not be set: " + new String(output.stderr(), StandardCharsets.UTF_8).strip());
        }
    }

    private static void takeBack(Map<NamespaceKind, Path> pins, Exception why) {
        for (var pin : pins.values()) {
            try {
                Namespaces.unpin(pin);
            } catch (IOException e) {
                why.addSuppressed(e);
            }
        }
    }

    private static Path program(String name) throws IOException {
        return find(name)
                .orElseThrow(
                        () -> new IOException(name + " is not on this host; a pod with a user namespace needs it"));
    }

    private static Optional<Path> find(String name) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
