package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.Container;
import dev.carafe.cri.v1.ContainerFilter;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ContainerStateValue;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.PodSandboxMetadata;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ps`: running containers, or all.
@Command(name = "ps", description = "Lists containers.")
final class ContainerList implements Verb {
    @Option(
            names = {"-a", "--all"},
            description = "Not only running ones.")
    private boolean all;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only ids.")
    private boolean quiet;

    @Option(names = "--no-trunc", description = "Whole ids.")
    private boolean whole;

    @Option(names = "--id", description = "The one whose id begins so.")
    private String id = "";

    @Option(
            names = {"-p", "--pod"},
            description = "Of this pod.")
    private String pod = "";

    @Option(names = "--name", description = "Names that contain this.")
    private String name = "";

    @Option(
            names = {"-s", "--state"},
            description = "created, running, exited or unknown")
    private String state = "";

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "With this label; may be said more than once.")
    private Map<String, String> labels = Map.of();

    @Override
    public int run(Output to, Connection connection) throws IOException {
        var request = ListContainersRequest.newBuilder().setFilter(filter());
        var response = connection.runtime().listContainers(request.build()).toBuilder();
        var containers = response.getContainersList().stream()
                .filter(c -> c.getMetadata().getName().contains(name))
                .toList();
        response.clearContainers().addAllContainers(containers);
        var format = to.format(Format.TABLE);
        if (quiet) {
            containers.forEach(c -> to.out().println(c.getId()));
        } else if (format == Format.TABLE) {
            to.out().println(table(containers, pods(connection)));
        } else {
            to.out().println(format.of(response));
        }
        return 0;
    }

    private ContainerFilter filter() throws IOException {
        var filter = ContainerFilter.newBuilder().setId(id).setPodSandboxId(pod).putAllLabelSelector(labels);
        if (!state.isEmpty() || !all) {
            filter.setState(ContainerStateValue.newBuilder().setState(state(state.isEmpty() ? "running" : state)));
        }
        return filter.build();
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

    private Table table(List<Container> containers, Map<String, PodSandboxMetadata> pods) {
        var table =
                new Table("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE");
        var now = Instant.now();
        for (var container : containers) {
            var metadata = pods.getOrDefault(container.getPodSandboxId(), PodSandboxMetadata.getDefaultInstance());
            table.add(
                    Words.shortId(container.getId(), whole),
                    container.getImage().getImage(),
                    Words.ago(container.getCreatedAt(), now),
                    Words.state(container.getState().name()),
                    container.getMetadata().getName(),
                    Integer.toString(container.getMetadata().getAttempt()),
                    Words.shortId(container.getPodSandboxId(), whole),
                    metadata.getName(),
                    metadata.getNamespace());
        }
        return table;
    }
}
