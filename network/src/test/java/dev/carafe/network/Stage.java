package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Folders of one test's own.
record Stage(Path root) {
    /// Much longer than a change takes to be seen, and shorter than the time after which all is read again anyway.
    static final Duration SEEN_WITHIN = Duration.ofSeconds(8);

    private static final NetworkConfig.Limits LIMITS = new NetworkConfig.Limits(Duration.ofSeconds(30), 16);

    static final String CHAIN = """
            {"cniVersion":"1.0.0","name":"pods","plugins":[
             {"type":"first","bridge":"br0"},
             {"type":"second"},
             {"type":"third","capabilities":{"portMappings":true}}]}""";

    Path networks() {
        return root.resolve("etc/cni/net.d");
    }

    Path plugins() {
        return root.resolve("bin");
    }

    Path cache() {
        return root.resolve("cni");
    }

    Path postponed() {
        return state().resolve("postponed-detachments");
    }

    Path state() {
        return root.resolve("state");
    }

    NetworkConfig config(String defaultNetwork, NetworkConfig.Limits limits) {
        return config(new NetworkConfig.Choices(defaultNetwork, true, Duration.ZERO, Optional.empty()), limits);
    }

    NetworkConfig config(NetworkConfig.Choices choices, NetworkConfig.Limits limits) {
        return new NetworkConfig(networks(), List.of(plugins()), cache(), state(), choices, limits);
    }

    CniNetwork open(PluginRunner runner) {
        return open(runner, LIMITS);
    }

    CniNetwork open(PluginRunner runner, NetworkConfig.Limits limits) {
        return new CniNetwork(config("", limits), runner, new FakePacketFilter());
    }

    /// Replaced as a whole, as careful programs do.
    Stage network(String file, String json) throws IOException {
        Files.createDirectories(networks());
        var temporary = Files.writeString(root.resolve("new"), json);
        Files.move(temporary, networks().resolve(file), StandardCopyOption.ATOMIC_MOVE);
        return this;
    }

    /// Files that nobody runs.
    Stage pluginFiles(String... types) throws IOException {
        Files.createDirectories(plugins());
        for (var type : types) {
            Files.writeString(plugins().resolve(type), "");
        }
        return this;
    }

    Stage plugin(String type, String script) throws IOException {
        Files.createDirectories(plugins());
        var file = Files.writeString(plugins().resolve(type), "#!/bin/sh\n" + script);
        file.toFile().setExecutable(true);
        return this;
    }

    /// CHAIN and its plugins.
    static Stage withChain(Path root) throws IOException {
        return new Stage(root).pluginFiles("first", "second", "third").network("10-pods.conflist", CHAIN);
    }

    Attachment pod(String id, PortMapping... ports) {
        return new Attachment(
                id, root.resolve("ns"), "default", "web", "u-1", RuntimeArguments.ofPorts(List.of(ports)));
    }

    static void await(String what, BooleanSupplier claim) {
        var deadline = System.nanoTime() + SEEN_WITHIN.toNanos();
        while (!claim.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("not within " + SEEN_WITHIN + ": " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
