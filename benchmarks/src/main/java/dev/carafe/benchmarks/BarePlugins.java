package dev.carafe.benchmarks;

import dev.carafe.linux.Spawn;
import dev.carafe.system.TestHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The plugins of [TestHost] by hand, as the specification has it, for one pod: nothing is chosen, kept or checked.
/// For one thread.
final class BarePlugins {
    static final Path FOLDER = Path.of("/usr/lib/cni");
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int OUTPUT_BYTES = 64 * 1024;

    private final TestHost host;
    private final String id;
    private final Path netns;
    private String previous = "";

    BarePlugins(TestHost host, String id, Path netns) {
        this.host = host;
        this.id = id;
        this.netns = netns;
    }

    void add() throws IOException, InterruptedException {
        var result = bridge("ADD");
        previous = ",\"prevResult\":" + result;
        portmap("ADD");
    }

    void delete() throws IOException, InterruptedException {
        portmap("DEL");
        bridge("DEL");
    }

    private String bridge(String command) throws IOException, InterruptedException {
        return run(command, "bridge", """
                {"cniVersion":"0.4.0","name":"%1$s","type":"bridge","bridge":"%1$s","isGateway":true,"ipMasq":true,
                 "ipam":{"type":"host-local","dataDir":"%2$s/leases","ranges":[[{"subnet":"%3$s.0/24"}]],
                         "routes":[{"dst":"0.0.0.0/0"}]}%4$s}""".formatted(host.tag(), host.work(), host.subnet(), previous));
    }

    private void portmap(String command) throws IOException, InterruptedException {
        run(command, "portmap", """
                {"cniVersion":"0.4.0","name":"%s","type":"portmap","snat":true%s}""".formatted(host.tag(), previous));
    }

    private String run(String command, String plugin, String stdin) throws IOException, InterruptedException {
        var environment = Map.of(
                "CNI_COMMAND",
                command,
                "CNI_CONTAINERID",
                id,
                "CNI_NETNS",
                netns.toString(),
                "CNI_IFNAME",
                "eth0",
                "CNI_PATH",
                FOLDER.toString(),
                "PATH",
                "/usr/sbin:/usr/bin:/sbin:/bin");
        var output = Spawn.of(FOLDER.resolve(plugin), List.of())
                .environment(environment)
                .run(stdin.getBytes(StandardCharsets.UTF_8), LIMIT, OUTPUT_BYTES);
        var stdout = new String(output.stdout(), StandardCharsets.UTF_8);
        if (!output.status().isSuccess()) {
            throw new IOException(stdout + new String(output.stderr(), StandardCharsets.UTF_8));
        }
        return stdout;
    }
}
