package dev.carafe.engine.spec;

import dev.carafe.cri.v1.KeyValue;
import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The container's environment, each name once. Weakest first: what every container has, `default_env`, the image,
/// the container's own.
final class Environment {
    private static final Path NODE_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// By which systemd knows that it is in one; CRI-O's.
    private static final String MANAGER = "crio";

    private static final String TERMINAL = "xterm";

    private Environment() {}

    static List<String> of(SpecRequest request, ContainerDefaults defaults) throws IOException {
        var environment = new LinkedHashMap<String, String>();
        environment.put("PATH", PATH);
        if (CommandLine.isInit(CommandLine.of(request))) {
            environment.put("container", MANAGER);
        }
        if (request.container().getTty()) {
            environment.put("TERM", TERMINAL);
        }
        environment.put("HOSTNAME", hostname(request));
        Gomaxprocs.of(request, defaults.additions()).ifPresent(count -> environment.put(Gomaxprocs.NAME, count));
        defaults.environment().forEach(entry -> put(environment, entry));
        request.image().config().env().forEach(entry -> put(environment, entry));
        for (var entry : request.container().getEnvsList()) {
            environment.put(name(entry), value(entry));
        }
        return environment.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    /// The same for a process that has a terminal, which the first may not have.
    static List<String> onTerminal(List<String> environment) {
        var isKnown = environment.stream().anyMatch(entry -> entry.startsWith("TERM="));
        return isKnown
                ? environment
                : Stream.concat(environment.stream(), Stream.of("TERM=" + TERMINAL))
                        .toList();
    }

    /// The node's for a container in the node's network, which has no host name of its own.
    private static String hostname(SpecRequest request) throws IOException {
        var hostname = request.pod().getHostname();
        return hostname.isEmpty() || NamespaceOptions.hasHostNetwork(request.pod())
                ? Files.readString(NODE_NAME, StandardCharsets.UTF_8).strip()
                : hostname;
    }

    /// An image may name a variable without a value.
    private static void put(Map<String, String> environment, String entry) {
        var equals = entry.indexOf('=');
        var name = equals < 0 ? entry : entry.substring(0, equals);
        if (name.isEmpty()) {
            return;
        }
        if (entry.indexOf('\0') >= 0) {
            throw new Invalid("the image's environment holds a NUL in " + name.replace("\0", ""));
        }
        environment.put(name, equals < 0 ? "" : entry.substring(equals + 1));
    }

    private static String name(KeyValue entry) {
        var name = entry.getKey();
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw new Invalid("envs.key: empty, or with = or NUL: " + name.replace("\0", ""));
        }
        return name;
    }

    /// The runtime reads the spec as UTF-8, so that other bytes would not arrive as they are.
    private static String value(KeyValue entry) {
        try {
            var bytes = ByteBuffer.wrap(entry.getValue().toByteArray());
            var value = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            if (value.indexOf('\0') >= 0) {
                throw new Invalid("envs.value: a NUL in " + entry.getKey());
            }
            return value;
        } catch (CharacterCodingException e) {
            throw new Invalid("envs.value: not UTF-8: " + entry.getKey());
        }
    }
}
