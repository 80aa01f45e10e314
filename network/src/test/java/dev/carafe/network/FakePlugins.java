package dev.carafe.network;

import dev.carafe.linux.ExitStatus;
import dev.carafe.linux.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Plugins that do as they are told and remember what they were asked. Each ADD makes a resource that only the DEL of
/// the same plugin and container removes. By default a plugin speaks all versions, gives one address, passes on what
/// it was given, and forgets what it is told to delete.
final class FakePlugins implements PluginRunner {
    static final String RESULT = """
            {"cniVersion":"1.0.0","interfaces":[{"name":"br0"},{"name":"eth0","sandbox":"/ns"}],
             "ips":[{"address":"10.9.0.2/24","interface":1}]}""";

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Set<String> live = ConcurrentHashMap.newKeySet();
    private final Map<String, Reaction> reactions = new ConcurrentHashMap<>();

    record Call(String plugin, String command, Map<String, String> parameters, JsonObject request) {
        String name() {
            return command + " " + plugin;
        }
    }

    @FunctionalInterface
    interface Reaction {
        Output to(Call call) throws IOException, InterruptedException;
    }

    /// What comes when the plugin is called so, after its resource was made or removed.
    FakePlugins on(String command, String plugin, Reaction reaction) {
        reactions.put(command + " " + plugin, reaction);
        return this;
    }

    /// As the plugin comes by itself.
    FakePlugins restore(String command, String plugin) {
        reactions.remove(command + " " + plugin);
        return this;
    }

    static Output printing(String stdout) {
        return new Output(new ExitStatus.Exited(0), utf8(stdout), new byte[0], false, false);
    }

    static Output failing(String stdout) {
        return new Output(new ExitStatus.Exited(1), utf8(stdout), new byte[0], false, false);
    }

    static Output failing(int code, String message) {
        return failing("{\"cniVersion\":\"1.0.0\",\"code\":%d,\"msg\":\"%s\"}".formatted(code, message));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Output run(Path plugin, Map<String, String> parameters, byte[] stdin, Duration limit)
            throws IOException, InterruptedException {
        var call = new Call(
                plugin.getFileName().toString(),
                parameters.get("CNI_COMMAND"),
                parameters,
                JsonParser.parseObject(stdin));
        if (!call.command().equals("VERSION")) {
            calls.add(call);
        }
        var resource = call.plugin() + " of " + parameters.get("CNI_CONTAINERID");
        if (call.command().equals("ADD")) {
            live.add(resource);
        }
        var output = reactions.getOrDefault(call.name(), FakePlugins::usual).to(call);
        if (call.command().equals("DEL") && output.status().isSuccess()) {
            live.remove(resource);
        }
        return output;
    }

    private static Output usual(Call call) throws IOException {
        return switch (call.command()) {
            case "VERSION" -> versions("0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");
            case "ADD" ->
                printing(
                        call.request().has("prevResult")
                                ? call.request().object("prevResult").toJson()
                                : RESULT);
            default -> printing("");
        };
    }

    static Output versions(String... versions) {
        return printing(
                "{\"cniVersion\":\"1.0.0\",\"supportedVersions\":[\"" + String.join("\",\"", versions) + "\"]}");
    }

    /// All but VERSION, in their order.
    List<Call> calls() {
        return List.copyOf(calls);
    }

    /// As `ADD bridge`.
    List<String> names() {
        return calls.stream().map(Call::name).toList();
    }

    Call last(String name) {
        return calls.reversed().stream()
                .filter(call -> call.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    void forgetCalls() {
        calls.clear();
    }

    Set<String> live() {
        return Set.copyOf(live);
    }
}
