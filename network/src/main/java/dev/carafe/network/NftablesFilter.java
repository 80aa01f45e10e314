package dev.carafe.network;

import dev.carafe.linux.ExitStatus;
import dev.carafe.linux.Output;
import dev.carafe.linux.Spawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// Through the programs nft, and conntrack where it is installed.
public final class NftablesFilter implements PacketFilter {
    private static final System.Logger LOG = System.getLogger(NftablesFilter.class.getName());
    private static final String FOLDERS = "/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_OUTPUT_BYTES = 64 << 10;

    /// conntrack's way to say that there was nothing to forget.
    private static final int NO_ENTRY = 1;

    private final AtomicBoolean isConntrackMissed = new AtomicBoolean();

    @Override
    public boolean isThere() {
        return find("nft").isPresent();
    }

    @Override
    public void apply(String script) throws IOException, InterruptedException {
        var nft = find("nft")
                .orElseThrow(() -> new IOException(
                        "host ports need the program nft (nftables) or a plugin that takes them, as portmap does"));
        var output = run(nft, List.of("-f", "-"), script);
        if (output.timedOut() || !output.status().isSuccess()) {
            throw new IOException("nft refused the rules of host ports: " + Quoted.tail(output.stderr()));
        }
    }

    @Override
    public void forgetDatagrams(int port) throws IOException, InterruptedException {
        var conntrack = find("conntrack");
        if (conntrack.isEmpty()) {
            if (!isConntrackMissed.getAndSet(true)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "without the program conntrack, UDP flows to a host port may keep their old way for minutes");
            }
            return;
        }
        for (var family : List.of("ipv4", "ipv6")) {
            var arguments = List.of("-D", "-f", family, "-p", "udp", "--orig-port-dst", Integer.toString(port));
            var output = run(conntrack.get(), arguments, "");
            if (!output.status().isSuccess()
                    && !(output.status() instanceof ExitStatus.Exited(var code) && code == NO_ENTRY)) {
                throw new IOException("conntrack: " + Quoted.tail(output.stderr()));
            }
        }
    }

    private static Output run(Path program, List<String> arguments, String stdin)
            throws IOException, InterruptedException {
        return Spawn.of(program, arguments)
                .environment(Map.of("PATH", FOLDERS, "LC_ALL", "C"))
                .run(stdin.getBytes(StandardCharsets.UTF_8), LIMIT, MAX_OUTPUT_BYTES);
    }

    private static Optional<Path> find(String program) {
        return Stream.of(FOLDERS.split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
