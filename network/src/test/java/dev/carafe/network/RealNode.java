package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.NamespaceSetup;
import dev.carafe.linux.Namespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// This host as a node with the plugins of the distribution: a bridge, a subnet of each family and namespaces
/// of one test's own. Clearing it detaches and removes all of them.
final class RealNode {
    static final int PATIENCE_MILLIS = 5000;

    private final Path root;
    private final Stage stage;
    private final String tag = "cfr" + Long.toString(ProcessHandle.current().pid(), 36);
    private final long number = ProcessHandle.current().pid() % 256;
    private final List<Attachment> pods = new ArrayList<>();
    private CniNetwork network;

    /// @param plugins the chain, in which `@tag`, `@subnet`, `@prefix6` and `@root` stand for this node's own
    RealNode(Path root, String plugins) throws IOException {
        this.root = root;
        stage = new Stage(root);
        network = open(tag, plugins);
    }

    private CniNetwork open(String name, String plugins) throws IOException {
        stage.network("10-test.conflist", """
                {"cniVersions":["0.4.0","1.0.0","1.1.0"],"name":"%s","plugins":[%s]}""".formatted(name, plugins)
                .replace("@tag", tag)
                .replace("@subnet", subnet())
                .replace("@prefix6", prefix6())
                .replace("@root", root.toString()));
        var opened = new CniNetwork(
                new NetworkConfig(
                        stage.networks(),
                        List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin")),
                        stage.cache(),
                        stage.state(),
                        NetworkConfig.Choices.USUAL,
                        NetworkConfig.Limits.USUAL),
                new ProcessPluginRunner(),
                new NftablesFilter());
        assertEquals(new NetworkStatus.Ready(name, List.of()), opened.status());
        return opened;
    }

    /// As the next daemon would begin.
    void reopen(String plugins) throws IOException {
        reopen(tag, plugins);
    }

    /// With another name of the network.
    void reopen(String name, String plugins) throws IOException {
        network.close();
        network = open(name, plugins);
    }

    CniNetwork network() {
        return network;
    }

    /// Of this process alone, since every network device and rule of the host is seen by all.
    String tag() {
        return tag;
    }

    /// As `10.214.7`.
    String subnet() {
        return "10.214." + number;
    }

    /// As `fd7e:7`.
    String prefix6() {
        return "fd7e:%x".formatted(number);
    }

    Attachment pod(String id, RuntimeArguments arguments) throws IOException {
        var pin = root.resolve("ns-" + id);
        var pod = new Attachment(tag + "-" + id, pin, "default", id, "u-" + id, arguments);
        pods.add(pod);
        Namespaces.pin(Map.of(NamespaceKind.NETWORK, pin), new NamespaceSetup("", Map.of(), true));
        return pod;
    }

    Attachment pod(String id, PortMapping... ports) throws IOException {
        return pod(id, RuntimeArguments.ofPorts(List.of(ports)));
    }

    /// Leases of addresses that are not given back.
    List<String> leases() throws IOException {
        var folder = root.resolve("leases").resolve(tag);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(subnet()) || name.startsWith(prefix6()))
                    .sorted()
                    .toList();
        }
    }

    /// The rules of the host that name one of these.
    List<String> rules(String... parts) throws IOException, InterruptedException {
        var all = run("iptables-save") + run("ip6tables-save") + run("nft", "list", "ruleset");
        return all.lines()
                .filter(rule -> List.of(parts).stream().anyMatch(rule::contains))
                .toList();
    }

    /// Its outputs.
    static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), () -> "no end of " + List.of(command));
        return output;
    }

    /// Of a command in the pod.
    static String runIn(Attachment pod, String... command) throws IOException, InterruptedException {
        var whole = new ArrayList<>(List.of("nsenter", "--net=" + pod.namespace()));
        whole.addAll(List.of(command));
        return run(whole.toArray(String[]::new));
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @FunctionalInterface
    interface Client {
        Socket socket() throws IOException;
    }

    /// A client on the node.
    static Client here() {
        return Socket::new;
    }

    /// A client in the pod.
    static Client in(Attachment pod) {
        return () -> Namespaces.inside(pod.namespace(), () -> {
            var socket = new Socket();
            // The socket is made with its first use, and stays in the namespace of then.
            socket.setReuseAddress(true);
            return socket;
        });
    }

    /// What the client reads from a server in the pod, by way of the address; from there, how the server sees it.
    static String ask(Attachment pod, int port, Client client, String address, int at) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var server = Namespaces.inside(pod.namespace(), () -> new ServerSocket(port));
                var socket = client.socket()) {
            server.setSoTimeout(2 * PATIENCE_MILLIS);
            var served = threads.submit(() -> {
                try (var accepted = server.accept()) {
                    var peer = accepted.getInetAddress().getHostAddress();
                    accepted.getOutputStream().write(peer.getBytes(StandardCharsets.UTF_8));
                }
                return server;
            });
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), at), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            served.get();
            return answer;
        }
    }

    void clear() throws IOException, InterruptedException {
        try {
            for (var pod : pods) {
                network.postpone(pod);
            }
            network.retryPostponed();
        } finally {
            network.close();
            for (var pod : pods) {
                Namespaces.unpin(pod.namespace());
            }
            run("ip", "link", "delete", tag);
        }
    }
}
