package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.Container;
import dev.carafe.cri.v1.ContainerFilter;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ContainerStateValue;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.PodSandboxMetadata;
import dev.carafe.cri.v1.PodSandbox;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ps`: running containers, or all.
final class ContainerList {
    private final Ctl ctl;

    ContainerList(Ctl ctl) {
        this.ctl = ctl;
    }

    @Command(name = "ps", description = "Lists containers.")
    int list(
            @Option(names = {"-a", "--all"}, description = "Not only running ones.") boolean all,
            @Option(names = {"-q", "--quiet"}, description = "Only ids.") boolean quiet,
            @Option(names = "--no-trunc", description = "Whole ids.") boolean whole,
            @Option(names = {"-p", "--pod"}, defaultValue = "", description = "Of this pod.") String pod,
            @Option(names = "--name", defaultValue = "", description = "Names that contain this.") String name,
            @Option(names = {"-s", "--state"}, description = "created, running, exited or unknown") @Nullable String state)
            throws IOException {
        var filter = ContainerFilter.newBuilder().setPodSandboxId(pod);
        if (state != null || !all) {
            filter.setState(ContainerStateValue.newBuilder().setState(state(state == null ? "running" : state)));
        }
        try (var connection = ctl.connect()) {
            var response = connection
                    .runtime()
                    .listContainers(ListContainersRequest.newBuilder().setFilter(filter).build())
                    .toBuilder();
            var containers = response.getContainersList().stream()
                    .filter(c -> c.getMetadata().getName().contains(name))
                    .toList();
            response.clearContainers().addAllContainers(containers);
            var format = ctl.format(Format.TABLE);
            if (quiet) {
                containers.forEach(c -> ctl.out().println(c.getId()));
            } else if (format == Format.TABLE) {
                ctl.out().println(table(containers, pods(connection), whole));
            } else {
                ctl.out().println(format.of(response));
            }
        }
        return 0;
    }

    private static ContainerState state(String word) throws IOException {
        try {
            return ContainerState.valueOf("CONTAINER_" + word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IOException("a container is created, running, exited or unknown, not " + word, e);
        }
    }

    private static Map<String, PodSandboxMetadata> pods(Connection connection) {
        return connection.runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsList().stream()
                .collect(Collectors.toMap(PodSandbox::getId, PodSandbox::getMetadata));
    }

    private static Table table(List<Container> containers, Map<String, PodSandboxMetadata> pods, boolean whole) {
        var table =
                new Table("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE");
        var now = Instant.now();
        for (var container : containers) {
            var pod = pods.getOrDefault(container.getPodSandboxId(), PodSandboxMetadata.getDefaultInstance());
            table.add(
                    Words.shortId(container.getId(), whole),
                    container.getImage().getImage(),
                    Words.ago(container.getCreatedAt(), now),
                    Words.state(container.getState().name()),
                    container.getMetadata().getName(),
                    Integer.toString(container.getMetadata().getAttempt()),
                    Words.shortId(container.getPodSandboxId(), whole),
                    pod.getName(),
                    pod.getNamespace());
        }
        return table;
    }
}
