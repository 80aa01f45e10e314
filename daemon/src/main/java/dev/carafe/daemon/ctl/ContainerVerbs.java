package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.Container;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ContainerStatus;
import dev.carafe.cri.v1.ContainerStatusRequest;
import dev.carafe.cri.v1.CreateContainerRequest;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PullImageRequest;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.StartContainerRequest;
import dev.carafe.cri.v1.StopContainerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The verbs of containers.
final class ContainerVerbs {
    private ContainerVerbs() {}

    static List<Verb> all() {
        return List.of(
                new ContainerList(),
                new Create(),
                new Start(),
                new Run(),
                new Inspect(),
                new Exec(),
                new Attach(),
                new Logs(),
                new Stop(),
                new Remove());
    }

    private static String create(
            Connection connection, String pod, ContainerConfig container, PodSandboxConfig podConfig, boolean pull) {
        if (pull) {
            var _ = connection
                    .imagesWithoutDeadline()
                    .pullImage(PullImageRequest.newBuilder()
                            .setImage(ImageSpec.newBuilder()
                                    .setImage(container.getImage().getImage()))
                            .setSandboxConfig(podConfig)
                            .build());
        }
        return connection
                .runtime()
                .createContainer(CreateContainerRequest.newBuilder()
                        .setPodSandboxId(pod)
                        .setConfig(container)
                        .setSandboxConfig(podConfig)
                        .build())
                .getContainerId();
    }

    private static void start(Connection connection, String id) {
        var _ = connection
                .runtime()
                .startContainer(
                        StartContainerRequest.newBuilder().setContainerId(id).build());
    }

    static ContainerStatus status(Connection connection, String id) {
        return connection
                .runtime()
                .containerStatus(
                        ContainerStatusRequest.newBuilder().setContainerId(id).build())
                .getStatus();
    }

    @Command(name = "create", description = "Creates a container in a pod; prints its id.")
    private static final class Create implements Verb {
        @Parameters(index = "0", paramLabel = "POD")
        private String pod = "";

        @Parameters(index = "1", paramLabel = "CONTAINER.json|yaml")
        private Path containerFile = Path.of("");

        @Parameters(index = "2", paramLabel = "POD.json|yaml")
        private Path podFile = Path.of("");

        @Option(names = "--with-pull", description = "Pulls its image before.")
        private boolean pull;

        @Override
        public int run(Output to, Connection connection) throws IOException {
            var container = ConfigFile.read(containerFile, ContainerConfig.newBuilder(), to.err())
                    .build();
            var podConfig = ConfigFile.read(podFile, PodSandboxConfig.newBuilder(), to.err())
                    .build();
            to.out().println(create(connection, pod, container, podConfig, pull));
            return 0;
        }
    }

    @Command(name = "start", description = "Starts created containers.")
    private static final class Start implements Verb {
        @Parameters(paramLabel = "CONTAINER", arity = "1..*")
        private List<String> ids = List.of();

        @Override
        public int run(Output to, Connection connection) {
            for (var id : ids) {
                start(connection, id);
                to.out().println(id);
            }
            return 0;
        }
    }

    @Command(name = "run", description = "Runs a pod with one container; prints the container's id.")
    private static final class Run implements Verb {
        @Parameters(index = "0", paramLabel = "CONTAINER.json|yaml")
        private Path containerFile = Path.of("");

        @Parameters(index = "1", paramLabel = "POD.json|yaml")
        private Path podFile = Path.of("");

        @Option(names = "--runtime", description = "The runtime handler.")
        private String handler = "";

        @Option(names = "--no-pull", description = "The image is there already.")
        private boolean noPull;

        @Override
        public int run(Output to, Connection connection) throws IOException {
            var container = ConfigFile.read(containerFile, ContainerConfig.newBuilder(), to.err())
                    .build();
            var podConfig = ConfigFile.read(podFile, PodSandboxConfig.newBuilder(), to.err())
                    .build();
            var pod = PodVerbs.run(connection, podConfig, handler);
            var id = create(connection, pod, container, podConfig, !noPull);
            start(connection, id);
            to.out().println(id);
            return 0;
        }
    }

    @Command(name = "inspect", description = "Shows all that is known of containers.")
    private static final class Inspect implements Verb {
        @Parameters(paramLabel = "CONTAINER", arity = "1..*")
        private List<String> ids = List.of();

        @Override
        public int run(Output to, Connection connection) throws IOException {
            for (var id : ids) {
                var status = connection
                        .runtime()
                        .containerStatus(ContainerStatusRequest.newBuilder()
                                .setContainerId(id)
                                .setVerbose(true)
                                .build());
                to.out().println(Inspection.of(status.getStatus(), status.getInfoMap(), to.format(Format.JSON)));
            }
            return 0;
        }
    }

    @Command(name = "stop", description = "Stops containers.")
    private static final class Stop implements Verb {
        @Parameters(paramLabel = "CONTAINER", arity = "1..*")
        private List<String> ids = List.of();

        @Option(
                names = {"-t", "--timeout"},
                description = "Seconds before it is killed; 0, the default: at once.")
        private long timeoutSeconds;

        @Override
        public int run(Output to, Connection connection) {
            for (var id : ids) {
                var _ = connection
                        .runtimeWithoutDeadline()
                        .stopContainer(StopContainerRequest.newBuilder()
                                .setContainerId(id)
                                .setTimeout(timeoutSeconds)
                                .build());
                to.out().println(id);
            }
            return 0;
        }
    }

    @Command(name = "rm", description = "Removes containers that have ended.")
    private static final class Remove implements Verb {
        @Parameters(paramLabel = "CONTAINER", arity = "0..*")
        private List<String> ids = List.of();

        @Option(
                names = {"-a", "--all"},
                description = "All of them.")
        private boolean all;

        @Option(
                names = {"-f", "--force"},
                description = "Running ones too.")
        private boolean force;

        @Override
        public int run(Output to, Connection connection) throws IOException {
            for (var id : all ? everyId(connection) : Verb.named(ids, "a container")) {
                if (!force) {
                    refuseRunning(connection, id);
                }
                var _ = connection
                        .runtime()
                        .removeContainer(RemoveContainerRequest.newBuilder()
                                .setContainerId(id)
                                .build());
                to.out().println(id);
            }
            return 0;
        }

        /// The CRI's RemoveContainer kills; people are asked to mean it.
        private static void refuseRunning(Connection connection, String id) throws IOException {
            if (status(connection, id).getState() == ContainerState.CONTAINER_RUNNING) {
                throw new IOException("container " + id + " is running; stop it first, or say --force");
            }
        }

        private static List<String> everyId(Connection connection) {
            return connection
                    .runtime()
                    .listContainers(ListContainersRequest.getDefaultInstance())
                    .getContainersList()
                    .stream()
                    .map(Container::getId)
                    .toList();
        }
    }
}
