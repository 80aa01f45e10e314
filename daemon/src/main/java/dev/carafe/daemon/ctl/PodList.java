package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.PodSandboxFilter;
import dev.carafe.cri.v1.PodSandboxState;
import dev.carafe.cri.v1.PodSandboxStateValue;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `pods`. The runtime filters by id, state and labels; the rest is filtered here.
@Command(name = "pods", description = "Lists pods.")
final class PodList implements Verb {
    @Option(
            names = {"-q", "--quiet"},
            description = "Only ids.")
    private boolean quiet;

    @Option(names = "--no-trunc", description = "Whole ids.")
    private boolean whole;

    @Option(names = "--id", description = "The one whose id begins so.")
    private String id = "";

    @Option(names = "--name", description = "Names that contain this.")
    private String name = "";

    @Option(names = "--namespace", description = "In this namespace.")
    private String namespace = "";

    @Option(
            names = {"-s", "--state"},
            description = "ready or notready")
    private String state = "";

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "With this label; may be said more than once.")
    private Map<String, String> labels = Map.of();

    @Override
    public int run(Output to, Connection connection) throws IOException {
        var request = ListPodSandboxRequest.newBuilder().setFilter(filter());
        var response = connection.runtime().listPodSandbox(request.build()).toBuilder();
        var pods = response.getItemsList().stream().filter(this::isWanted).toList();
        response.clearItems().addAllItems(pods);
        var format = to.format(Format.TABLE);
        if (quiet) {
            pods.forEach(p -> to.out().println(p.getId()));
        } else if (format == Format.TABLE) {
            to.out().println(table(pods));
        } else {
            to.out().println(format.of(response));
        }
        return 0;
    }

    private PodSandboxFilter filter() throws IOException {
        var filter = PodSandboxFilter.newBuilder().setId(id).putAllLabelSelector(labels);
        if (!state.isEmpty()) {
            filter.setState(PodSandboxStateValue.newBuilder().setState(state(state)));
        }
        return filter.build();
    }

    private static PodSandboxState state(String word) throws IOException {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "ready" -> PodSandboxState.SANDBOX_READY;
            case "notready" -> PodSandboxState.SANDBOX_NOTREADY;
            default -> throw new IOException("a pod is ready or notready, not " + word);
        };
    }

    private boolean isWanted(PodSandbox pod) {
        return pod.getMetadata().getName().contains(name)
                && (namespace.isEmpty() || pod.getMetadata().getNamespace().equals(namespace));
    }

    private Table table(List<PodSandbox> pods) {
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
}
