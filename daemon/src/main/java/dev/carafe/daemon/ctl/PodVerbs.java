package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PodSandboxFilter;
import dev.carafe.cri.v1.PodSandboxState;
import dev.carafe.cri.v1.PodSandboxStateValue;
import dev.carafe.cri.v1.PodSandboxStatusRequest;
import dev.carafe.cri.v1.RemovePodSandboxRequest;
import dev.carafe.cri.v1.RunPodSandboxRequest;
import dev.carafe.cri.v1.StopPodSandboxRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The verbs of pods.
final class PodVerbs {
    private final Ctl ctl;

    PodVerbs(Ctl ctl) {
        this.ctl = ctl;
    }

    @Command(name = "runp", description = "Runs a pod; prints its id.")
    int run(
            @Parameters(paramLabel = "POD.json|yaml") Path file,
            @Option(names = "--runtime", defaultValue = "", description = "The runtime handler.") String handler)
            throws IOException {
        var config = ConfigFile.read(file, PodSandboxConfig.newBuilder(), ctl.err());
        try (var connection = ctl.connect()) {
            ctl.out().println(run(connection, config.build(), handler));
        }
        return 0;
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

    @Command(name = "pods", description = "Lists pods.")
    int list(
            @Option(names = {"-q", "--quiet"}, description = "Only ids.") boolean quiet,
            @Option(names = "--no-trunc", description = "Whole ids.") boolean whole,
            @Option(names = "--id", defaultValue = "") String id,
            @Option(names = "--name", defaultValue = "", description = "Names that contain this.") String name,
            @Option(names = "--namespace", defaultValue = "") String namespace,
            @Option(names = {"-s", "--state"}, description = "ready or notready") @Nullable String state,
            @Option(names = "--label", paramLabel = "KEY=VALUE") @Nullable Map<String, String> labels)
            throws IOException {
        var filter = PodSandboxFilter.newBuilder().setId(id).putAllLabelSelector(labels == null ? Map.of() : labels);
        if (state != null) {
            filter.setState(PodSandboxStateValue.newBuilder().setState(state(state)));
        }
        try (var connection = ctl.connect()) {
            var response = connection
                    .runtime()
                    .listPodSandbox(ListPodSandboxRequest.newBuilder().setFilter(filter).build())
                    .toBuilder();
            var pods = response.getItemsList().stream()
                    .filter(p -> p.getMetadata().getName().contains(name))
                    .filter(p -> namespace.isEmpty() || p.getMetadata().getNamespace().equals(namespace))
                    .toList();
            response.clearItems().addAllItems(pods);
            var format = ctl.format(Format.TABLE);
            if (quiet) {
                pods.forEach(p -> ctl.out().println(p.getId()));
            } else if (format == Format.TABLE) {
                ctl.out().println(table(pods, whole));
            } else {
                ctl.out().println(format.of(response));
            }
        }
        return 0;
    }

    private static PodSandboxState state(String word) throws IOException {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "ready" -> PodSandboxState.SANDBOX_READY;
            case "notready" -> PodSandboxState.SANDBOX_NOTREADY;
            default -> throw new IOException("a pod is ready or notready, not " + word);
        };
    }

    private static Table table(List<PodSandbox> pods, boolean whole) {
        var table = new Table("POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME");
        var now = Instant.now();
        for (var pod : pods) {
            table.add(
                    Words.shortId(pod.getId(), whole),
                    Words.ago(pod.getCreatedAt(), now),
                    Words.state(pod.getState().name()),
                    pod.getMetadata().getName(),
                    pod.getMetadata().getNamespace(),
                    Integer.toString(pod.getMetadata().getAttempt()),
                    pod.getRuntimeHandler().isEmpty() ? "(default)" : pod.getRuntimeHandler());
        }
        return table;
    }

    @Command(name = "inspectp", description = "Shows all that is known of pods.")
    int inspect(@Parameters(paramLabel = "POD", arity = "1..*") List<String> ids) throws IOException {
        try (var connection = ctl.connect()) {
            for (var id : ids) {
                var status = connection.runtime().podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(id)
                        .setVerbose(true)
                        .build());
                ctl.out().println(Inspection.of(status.getStatus(), status.getInfoMap(), ctl.format(Format.JSON)));
            }
        }
        return 0;
    }

    @Command(name = "stopp", description = "Stops pods.")
    int stop(@Parameters(paramLabel = "POD", arity = "1..*") List<String> ids) throws IOException {
        try (var connection = ctl.connect()) {
            for (var id : ids) {
                stop(connection, id);
                ctl.out().println("Stopped sandbox " + id);
            }
        }
        return 0;
    }

    private static void stop(Connection connection, String id) {
        connection.runtime().stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    @Command(name = "rmp", description = "Removes pods.")
    int remove(
            @Parameters(paramLabel = "POD", arity = "0..*") @Nullable List<String> ids,
            @Option(names = {"-a", "--all"}, description = "All of them.") boolean all,
            @Option(names = {"-f", "--force"}, description = "Stops them before.") boolean force)
            throws IOException {
        try (var connection = ctl.connect()) {
            for (var id : all ? all(connection) : Arguments.some(ids, "a pod")) {
                if (force) {
                    stop(connection, id);
                }
                connection
                        .runtime()
                        .removePodSandbox(RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
                ctl.out().println("Removed sandbox " + id);
            }
        }
        return 0;
    }

    private static List<String> all(Connection connection) {
        return connection.runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsList().stream()
                .map(PodSandbox::getId)
                .toList();
    }
}
