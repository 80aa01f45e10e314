package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PodSandboxStatusRequest;
import dev.carafe.cri.v1.RemovePodSandboxRequest;
import dev.carafe.cri.v1.RunPodSandboxRequest;
import dev.carafe.cri.v1.StopPodSandboxRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The verbs of pods.
final class PodVerbs {
    private PodVerbs() {}

    static List<Verb> all() {
        return List.of(new Run(), new PodList(), new Inspect(), new Stop(), new Remove(), new ForwardPorts());
    }

    static String run(Connection connection, PodSandboxConfig config, String handler) {
        return connection
                .runtime()
                .runPodSandbox(RunPodSandboxRequest.newBuilder()
                        .setConfig(config)
                        .setRuntimeHandler(handler)
                        .build())
                .getPodSandboxId();
    }

    private static void stop(Connection connection, String id) {
        var _ = connection
                .runtime()
                .stopPodSandbox(
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    @Command(name = "runp", description = "Runs a pod; prints its id.")
    private static final class Run implements Verb {
        @Parameters(paramLabel = "POD.json|yaml")
        private Path file = Path.of("");

        @Option(names = "--runtime", description = "The runtime handler.")
        private String handler = "";

        @Override
        public int run(Output to, Connection connection) throws IOException {
            var config = ConfigFile.read(file, PodSandboxConfig.newBuilder(), to.err());
            to.out().println(PodVerbs.run(connection, config.build(), handler));
            return 0;
        }
    }

    @Command(name = "inspectp", description = "Shows all that is known of pods.")
    private static final class Inspect implements Verb {
        @Parameters(paramLabel = "POD", arity = "1..*")
        private List<String> ids = List.of();

        @Override
        public int run(Output to, Connection connection) throws IOException {
            for (var id : ids) {
                var status = connection
                        .runtime()
                        .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                                .setPodSandboxId(id)
                                .setVerbose(true)
                                .build());
                to.out().println(Inspection.of(status.getStatus(), status.getInfoMap(), to.format(Format.JSON)));
            }
            return 0;
        }
    }

    @Command(name = "stopp", description = "Stops pods.")
    private static final class Stop implements Verb {
        @Parameters(paramLabel = "POD", arity = "1..*")
        private List<String> ids = List.of();

        @Override
        public int run(Output to, Connection connection) {
            for (var id : ids) {
                stop(connection, id);
                to.out().println("Stopped sandbox " + id);
            }
            return 0;
        }
    }

    @Command(name = "rmp", description = "Removes pods.")
    private static final class Remove implements Verb {
        @Parameters(paramLabel = "POD", arity = "0..*")
        private List<String> ids = List.of();

        @Option(
                names = {"-a", "--all"},
                description = "All of them.")
        private boolean all;

        @Option(
                names = {"-f", "--force"},
                description = "Stops them before.")
        private boolean force;

        @Override
        public int run(Output to, Connection connection) throws IOException {
            for (var id : all ? everyId(connection) : Verb.named(ids, "a pod")) {
                if (force) {
                    stop(connection, id);
                }
                var _ = connection
                        .runtime()
                        .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                                .setPodSandboxId(id)
                                .build());
                to.out().println("Removed sandbox " + id);
            }
            return 0;
        }

        private static List<String> everyId(Connection connection) {
            return connection
                    .runtime()
                    .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                    .getItemsList()
                    .stream()
                    .map(PodSandbox::getId)
                    .toList();
        }
    }
}
