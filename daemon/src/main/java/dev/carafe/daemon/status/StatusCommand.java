package dev.carafe.daemon.status;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.carafe.daemon.config.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// `carafe status`: asks the daemon that runs, as crio's does.
public final class StatusCommand {
    private static final Path HEAP_FILE = Path.of("crio-heap.out");
    private static final long NANOS = 1_000_000_000L;

    private final Path socket;
    private final Kind kind;
    private final String id;
    private final Path file;

    private StatusCommand(Path socket, Kind kind, String id, Path file) {
        this.socket = socket;
        this.kind = kind;
        this.id = id;
        this.file = file;
    }

    private enum Kind {
        CONFIG,
        CONTAINERS,
        INFO,
        THREADS,
        HEAP;

        static Kind of(String word) throws UsageException {
            return switch (word) {
                case "config", "c" -> CONFIG;
                case "containers", "container", "cs", "s" -> CONTAINERS;
                case "info", "i" -> INFO;
                case "threads", "goroutines", "g" -> THREADS;
                case "heap", "hp" -> HEAP;
                default ->
                    throw new UsageException("status knows config, containers, info, threads and heap, not " + word);
            };
        }
    }

    /// @param listen the daemon's socket where the line names none
    public static StatusCommand parse(List<String> arguments, Path listen) throws UsageException {
        var words = new ArrayList<String>();
        var socket = listen;
        var id = "";
        var file = HEAP_FILE;
        for (var rest = arguments.iterator(); rest.hasNext(); ) {
            var word = rest.next();
            var equals = word.startsWith("-") ? word.indexOf('=') : -1;
            var flag = equals < 0 ? word : word.substring(0, equals);
            if (!word.startsWith("-")) {
                words.add(word);
                continue;
            }
            if (equals < 0 && !rest.hasNext()) {
                throw new UsageException("status: " + flag + " needs a value");
            }
            var value = equals < 0 ? rest.next() : word.substring(equals + 1);
            switch (flag) {
                case "--socket", "-s" -> socket = Path.of(value);
                case "--id", "-i" -> id = value;
                case "--file", "-f" -> file = Path.of(value);
                default -> throw new UsageException("status takes --socket, --id and --file, not " + flag);
            }
        }
        if (words.size() != 1) {
            throw new UsageException("status needs one of config, containers, info, threads and heap");
        }
        var kind = Kind.of(words.getFirst());
        if (kind == Kind.CONTAINERS && id.isEmpty()) {
            throw new UsageException("status containers needs --id");
        }
        return new StatusCommand(socket, kind, id, file);
    }

    /// @throws IOException when the daemon does not answer, or has nothing of that kind
    public void run(PrintStream out) throws IOException {
        switch (kind) {
            case CONFIG -> out.print(ask("/config"));
            case CONTAINERS ->
                out.print(container(json("/containers/" + URLEncoder.encode(id, StandardCharsets.UTF_8))));
            case INFO -> out.print(info(json("/info")));
            case THREADS -> out.print(ask("/debug/goroutines"));
            case HEAP -> Files.writeString(file, ask("/debug/heap"));
        }
    }

    private String ask(String path) throws IOException {
        return SocketQuestion.ask(socket, path);
    }

    private JsonObject json(String path) throws IOException {
        try {
            return JsonParser.parseString(ask(path)).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException("the daemon's answer can't be read", e);
        }
    }

    private static String info(JsonObject info) {
        var mappings = info.getAsJsonObject("default_id_mappings");
        return "cgroup driver: " + text(info, "cgroup_driver") + "\n"
                + "storage driver: " + text(info, "storage_driver") + "\n"
                + "storage root: " + text(info, "storage_root") + "\n"
                + "default GID mappings (format <container>:<host>:<size>):\n" + ids(mappings.get("gids"))
                + "default UID mappings (format <container>:<host>:<size>):\n" + ids(mappings.get("uids"));
    }

    private static String ids(JsonElement mappings) {
        return StreamSupport.stream(mappings.getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .map(m -> "  " + m.get("container_id") + ":" + m.get("host_id") + ":" + m.get("size") + "\n")
                .collect(Collectors.joining());
    }

    private static String container(JsonObject container) {
        var created = container.get("created_time").getAsLong();
        var addresses = StreamSupport.stream(
                        container.getAsJsonArray("ip_addresses").spliterator(), false)
                .map(JsonElement::getAsString)
                .collect(Collectors.joining(", "));
        return "name: " + text(container, "name") + "\n"
                + "pid: " + container.get("pid") + "\n"
                + "image: " + text(container, "image") + "\n"
                + "image ref: " + text(container, "image_ref") + "\n"
                + "created: " + Instant.ofEpochSecond(created / NANOS, created % NANOS) + "\n"
                + "labels:\n" + pairs(container.getAsJsonObject("labels"))
                + "annotations:\n" + pairs(container.getAsJsonObject("annotations"))
                + "log path: " + text(container, "log_path") + "\n"
                + "root: " + text(container, "root") + "\n"
                + "sandbox: " + text(container, "sandbox") + "\n"
                + "ips: " + addresses + "\n";
    }

    private static String pairs(JsonObject pairs) {
        return pairs.entrySet().stream()
                .map(pair -> "  " + printable(pair.getKey()) + ": "
                        + printable(pair.getValue().getAsString()) + "\n")
                .sorted()
                .collect(Collectors.joining());
    }

    private static String text(JsonObject object, String name) {
        return printable(object.get(name).getAsString());
    }

    /// Nothing of a client's choice steers the terminal or forges a line.
    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
