package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.PortForwardRequest;
import dev.carafe.streaming.client.RemotePorts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ctl port-forward`.
@Command(name = "port-forward", description = "Makes ports of a pod ports of this host's loopback, until it is ended.")
final class ForwardPorts implements Verb {
    private static final int HIGHEST_PORT = 65535;

    @Mixin
    private RemoteOptions remote = new RemoteOptions();

    @Parameters(index = "0", paramLabel = "POD")
    private String id = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "[LOCAL:]REMOTE",
            description = "Without a local port the same; with an empty one, as in :80, any that is free.")
    private List<String> ports = List.of();

    /// @param local 0: any
    record Pair(int local, int remote) {
        static Pair parse(String text) throws IOException {
            var colon = text.indexOf(':');
            var local = colon < 0 ? text : text.substring(0, colon);
            var pair = new Pair(local.isEmpty() ? 0 : number(local, text), number(text.substring(colon + 1), text));
            if (pair.local > HIGHEST_PORT || pair.remote < 1 || pair.remote > HIGHEST_PORT) {
                throw new IOException("not [LOCAL:]REMOTE with ports up to " + HIGHEST_PORT + ": " + text);
            }
            return pair;
        }

        private static int number(String digits, String text) throws IOException {
            if (!digits.matches("[0-9]{1,5}")) {
                throw new IOException("not [LOCAL:]REMOTE: " + text);
            }
            return Integer.parseInt(digits);
        }
    }

    @Override
    public int run(Output to, Connection connection) throws IOException {
        var pairs = new ArrayList<Pair>();
        for (var text : ports) {
            pairs.add(Pair.parse(text));
        }
        var url = connection
                .runtime()
                .portForward(PortForwardRequest.newBuilder()
                        .setPodSandboxId(id)
                        .addAllPort(pairs.stream().map(Pair::remote).toList())
                        .build())
                .getUrl();
        try (var client = remote.client();
                var opened = client.ports(URI.create(url), remote.transport())) {
            for (var pair : pairs) {
                listen(opened, pair, to);
            }
            to.out().flush();
            opened.awaitEnd();
            throw new IOException("the connection to pod " + id + " has ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /// On IPv6 the same port, where that is to be had.
    private static void listen(RemotePorts opened, Pair pair, Output to) throws IOException, InterruptedException {
        var local = listen(opened, "127.0.0.1", pair.local, pair.remote, to);
        try {
            listen(opened, "::1", local, pair.remote, to);
        } catch (IOException hasNone) {
            to.err().println("not on IPv6: " + Words.harmless(String.valueOf(hasNone.getMessage())));
        }
    }

    private static int listen(RemotePorts opened, String address, int local, int remote, Output to)
            throws IOException, InterruptedException {
        var port = opened.listen(
                InetAddress.getByName(address),
                local,
                remote,
                failure -> to.err().println(Words.harmless(failure)));
        var shown = address.contains(":") ? "[" + address + "]" : address;
        to.out().println("Forwarding from " + shown + ":" + port + " -> " + remote);
        return port;
    }
}
