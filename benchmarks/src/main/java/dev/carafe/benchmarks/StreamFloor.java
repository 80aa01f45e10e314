package dev.carafe.benchmarks;

import dev.carafe.cri.v1.ExecRequest;
import dev.carafe.cri.v1.PortForwardRequest;
import dev.carafe.streaming.Streams;
import dev.carafe.streaming.client.RemoteStreams;
import dev.carafe.streaming.client.StreamingClient;
import dev.carafe.streaming.client.Transport;
import dev.carafe.system.Cri;
import dev.carafe.system.Stage;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Streams through the daemon beside the same work by hand, alternating in one run: a command's output and input
/// against the runtime's own exec in pipes, a forwarded port's throughput and latency against a plain TCP relay.
/// Prints ratios, where 1 is as fast as by hand, and the daemon's processor time; needs root. A command's streams by
/// WebSocket have a client that drops the bytes as they come, to show the server; the others have ctl's.
public final class StreamFloor {
    private static final long MEGABYTE = 1_000_000;
    private static final double GIGABYTE = 1e9;
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int PORT = 8080;
    private static final Streams OUTPUTS = new Streams(false, true, true, false);
    private static final Streams ALL = new Streams(true, true, true, false);

    private final Stage stage;
    private final StreamingClient client;
    private final long bytes;
    private final int rounds;

    private StreamFloor(Stage stage, StreamingClient client, long bytes, int rounds) {
        this.stage = stage;
        this.client = client;
        this.bytes = bytes;
        this.rounds = rounds;
    }

    /// @param arguments megabytes (1000), rounds (3), the runtime (runc), and transports (both)
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var megabytes = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1000;
        var rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        var runtime = arguments.length > 2 ? arguments[2] : "runc";
        var transports = arguments.length > 3 ? arguments[3] : "websocket spdy";
        try (var stage = Stage.likeANode(runtime);
                var client = new StreamingClient(SslContextBuilder.forClient().build())) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("streams");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "100000"));
            System.out.printf(Locale.ROOT, "%d MB, %d rounds, %s%n", megabytes, rounds, runtime);
            var floor = new StreamFloor(stage, client, megabytes * MEGABYTE / BLOCK_BYTES * BLOCK_BYTES, rounds);
            for (var name : transports.split(" ")) {
                var transport = Transport.valueOf(name.toUpperCase(Locale.ROOT));
                floor.execs(container, transport);
                floor.ports(pod, transport);
            }
            cri.removePod(pod);
        }
    }

    private void execs(String container, Transport transport) throws IOException, InterruptedException {
        var byHand = new RuntimeExec(stage.host(), container);
        var give = List.of("dd", "if=/dev/zero", "bs=" + BLOCK_BYTES, "count=" + bytes / BLOCK_BYTES);
        compare("exec output", transport, () -> byHand.receive(give), () -> receive(container, give, transport));
        var take = List.of("sh", "-c", "cat >/dev/null");
        compare("exec input", transport, () -> byHand.send(take, bytes), () -> send(container, take, transport));
    }

    private void ports(String pod, Transport transport) throws IOException, InterruptedException {
        var loopback = InetAddress.getLoopbackAddress();
        try (var server = PodServer.start(stage, pod, PORT);
                var relay = Relay.to(PodServer.address(stage, pod), PORT);
                var ports = client.ports(portUrl(pod), transport)) {
            var forwarded = ports.listen(loopback, 0, PORT, failure -> System.err.println(failure));
            port("", transport, relay.port(), () -> PodServer.Link.to(forwarded));
            if (transport == Transport.WEBSOCKET) {
                port(" bare", transport, relay.port(), () -> BareStream.port(portUrl(pod)));
            }
            server.check();
        }
    }

    /// Opens a connection to the server in the pod.
    @FunctionalInterface
    private interface Way {
        PodServer.Link open() throws IOException;
    }

    private void port(String kind, Transport transport, int relay, Way ours) throws IOException, InterruptedException {
        Way byHand = () -> PodServer.Link.to(relay);
        compare("download" + kind, transport, () -> download(byHand), () -> download(ours));
        compare("upload" + kind, transport, () -> upload(byHand), () -> upload(ours));
        latency("latency" + kind, transport, byHand, ours);
    }

    private void download(Way way) throws IOException {
        try (var link = way.open()) {
            link.download(bytes);
        }
    }

    private void upload(Way way) throws IOException {
        try (var link = way.open()) {
            link.upload(bytes);
        }
    }

    private URI portUrl(String pod) {
        return URI.create(stage.daemon()
                .runtime()
                .portForward(PortForwardRequest.newBuilder()
                        .setPodSandboxId(pod)
                        .addPort(PORT)
                        .build())
                .getUrl());
    }

    private void latency(String what, Transport transport, Way hands, Way own) throws IOException {
        var byHand = new Samples();
        var ours = new Samples();
        for (var i = 0; i < rounds; i++) {
            roundTrips(hands, byHand);
            roundTrips(own, ours);
        }
        for (var percent : new int[] {50, 99}) {
            var hand = byHand.percentile(percent);
            var through = ours.percentile(percent);
            System.out.printf(
                    Locale.ROOT,
                    "%-13s %-9s  p%d by hand %7.1f us   ours %7.1f us   ratio %.2f%n",
                    what,
                    transport.name().toLowerCase(Locale.ROOT),
                    percent,
                    hand.toNanos() / 1e3,
                    through.toNanos() / 1e3,
                    (double) hand.toNanos() / through.toNanos());
        }
    }

    private static void roundTrips(Way way, Samples samples) throws IOException {
        try (var link = way.open()) {
            link.roundTrips(samples);
        }
    }

    /// A way to move all the bytes.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void compare(String what, Transport transport, Work byHand, Work ours)
            throws IOException, InterruptedException {
        var hand = new ArrayList<Double>();
        var own = new ArrayList<Double>();
        var processor = new ArrayList<Double>();
        for (var i = 0; i < rounds; i++) {
            hand.add(megabytesASecond(byHand));
            var before = processorSeconds();
            own.add(megabytesASecond(ours));
            processor.add((processorSeconds() - before) * GIGABYTE / bytes);
        }
        System.out.printf(
                Locale.ROOT,
                "%-13s %-9s  by hand %7.0f MB/s   ours %7.0f MB/s   ratio %.2f   daemon %.2f s/GB%n",
                what,
                transport.name().toLowerCase(Locale.ROOT),
                median(hand),
                median(own),
                median(own) / median(hand),
                median(processor));
    }

    /// Of all processors, that the daemon has used since its start.
    private double processorSeconds() {
        return ProcessHandle.of(stage.daemon().pid())
                        .orElseThrow()
                        .info()
                        .totalCpuDuration()
                        .orElseThrow()
                        .toNanos()
                / 1e9;
    }

    private double megabytesASecond(Work work) throws IOException, InterruptedException {
        var start = Instant.now();
        work.run();
        return bytes * 1e3 / Duration.between(start, Instant.now()).toNanos();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get((values.size() - 1) / 2);
    }

    private RemoteStreams exec(String container, List<String> command, Streams streams, Transport transport)
            throws IOException, InterruptedException {
        return client.streams(url(container, command, streams), transport, streams);
    }

    private URI url(String container, List<String> command, Streams streams) {
        return URI.create(stage.daemon()
                .runtime()
                .exec(ExecRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(command)
                        .setStdin(streams.stdin())
                        .setStdout(streams.stdout())
                        .setStderr(streams.stderr())
                        .build())
                .getUrl());
    }

    private void receive(String container, List<String> command, Transport transport)
            throws IOException, InterruptedException {
        if (transport == Transport.WEBSOCKET) {
            try (var bare = BareStream.open(url(container, command, OUTPUTS))) {
                require(bare.receive());
            }
            return;
        }
        try (var streams = exec(container, command, OUTPUTS, transport);
                var counted = new Counted()) {
            streams.receive(counted, OutputStream.nullOutputStream());
            counted.require(bytes);
        }
    }

    private void require(long received) throws IOException {
        if (received != bytes) {
            throw new IOException(received + " bytes came, not " + bytes);
        }
    }

    private void send(String container, List<String> command, Transport transport)
            throws IOException, InterruptedException {
        if (transport == Transport.WEBSOCKET) {
            try (var bare = BareStream.open(url(container, command, ALL))) {
                bare.send(bytes, BLOCK_BYTES);
                var _ = bare.receive();
            }
            return;
        }
        try (var streams = exec(container, command, ALL, transport);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing = threads.submit(() -> {
                var block = new byte[BLOCK_BYTES];
                for (var left = bytes; left > 0; left -= block.length) {
                    streams.write(block, 0, (int) Math.min(left, block.length));
                }
                streams.endInput();
                return null;
            });
            streams.receive(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
            writing.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
