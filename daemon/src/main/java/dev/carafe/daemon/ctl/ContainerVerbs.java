package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.Container;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerStatusRequest;
import dev.carafe.cri.v1.CreateContainerRequest;
import dev.carafe.cri.v1.ExecSyncRequest;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The verbs of containers, but for their list.
final class ContainerVerbs {
    private final Ctl ctl;

    ContainerVerbs(Ctl ctl) {
        this.ctl = ctl;
    }

    @Command(name = "create", description = "Creates a container in a pod; prints its id.")
    int create(
            @Parameters(paramLabel = "POD") String pod,
            @Parameters(paramLabel = "CONTAINER.json|yaml") Path containerFile,
            @Parameters(paramLabel = "POD.json|yaml") Path podFile,
            @Option(names = "--with-pull", description = "Pulls its image before.") boolean pull)
            throws IOException {
        var container = ConfigFile.read(containerFile, ContainerConfig.newBuilder(), ctl.err()).build();
        var podConfig = ConfigFile.read(podFile, PodSandboxConfig.newBuilder(), ctl.err()).build();
        try (var connection = ctl.connect()) {
            ctl.out().println(create(connection, pod, container, podConfig, pull));
        }
        return 0;
    }

    private static String create(
            Connection connection, String pod, ContainerConfig container, PodSandboxConfig podConfig, boolean pull) {
        if (pull) {
            connection.imagesWithoutDeadline().pullImage(PullImageRequest.newBuilder()
                    .setImage(ImageSpec.newBuilder().setImage(container.getImage().getImage()))
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

    @Command(name = "start", description = "Starts created containers.")
    int start(@Parameters(paramLabel = "CONTAINER", arity = "1..*") List<String> ids) throws IOException {
        try (var connection = ctl.connect()) {
            for (var id : ids) {
                start(connection, id);
                ctl.out().println(id);
            }
        }
        return 0;
    }

    private static void start(Connection connection, String id) {
        connection.runtime().startContainer(StartContainerRequest.newBuilder().setContainerId(id).build());
    }

    @Command(name = "run", description = "Runs a pod with one container; prints the container's id.")
    int run(
            @Parameters(paramLabel = "CONTAINER.json|yaml") Path containerFile,
            @Parameters(paramLabel = "POD.json|yaml") Path podFile,
            @Option(names = "--runtime", defaultValue = "", description = "The runtime handler.") String handler,
            @Option(names = "--no-pull", description = "The image is there already.") boolean noPull)
            throws IOException {
        var container = ConfigFile.read(containerFile, ContainerConfig.newBuilder(), ctl.err()).build();
        var podConfig = ConfigFile.read(podFile, PodSandboxConfig.newBuilder(), ctl.err()).build();
        try (var connection = ctl.connect()) {
            var pod = PodVerbs.run(connection, podConfig, handler);
            var id = create(connection, pod, container, podConfig, !noPull);
            start(connection, id);
            ctl.out().println(id);
        }
        return 0;
    }

    @Command(name = "inspect", description = "Shows all that is known of containers.")
    int inspect(@Parameters(paramLabel = "CONTAINER", arity = "1..*") List<String> ids) throws IOException {
        try (var connection = ctl.connect()) {
            for (var id : ids) {
                var status = connection.runtime().containerStatus(ContainerStatusRequest.newBuilder()
                        .setContainerId(id)
                        .setVerbose(true)
                        .build());
                ctl.out().println(Inspection.of(status.getStatus(), status.getInfoMap(), ctl.format(Format.JSON)));
            }
        }
        return 0;
    }

    @Command(name = "exec", description = "Runs a command in a container and waits for its end; its exit code is ours.")
    int exec(
            @Option(names = {"-s", "--sync"}, description = "As it is done anyway.") boolean sync,
            @Option(names = "--timeout", defaultValue = "0", description = "Seconds; 0: no limit.") long timeoutSeconds,
            @Parameters(paramLabel = "CONTAINER", index = "0") String id,
            @Parameters(paramLabel = "COMMAND", index = "1..*", arity = "1..*") List<String> command)
            throws IOException {
        try (var connection = ctl.connect()) {
            var result = connection.runtimeWithoutDeadline().execSync(ExecSyncRequest.newBuilder()
                    .setContainerId(id)
                    .addAllCmd(command)
                    .setTimeout(timeoutSeconds)
                    .build());
            result.getStdout().writeTo(ctl.out());
            result.getStderr().writeTo(ctl.err());
            return result.getExitCode();
        }
    }

    @Command(name = "logs", description = "Prints a container's log, which has to be on this host.")
    int logs(
            @Parameters(paramLabel = "CONTAINER") String id,
            @Option(names = "--tail", defaultValue = "-1", description = "Only so many last lines.") int tail,
            @Option(names = {"-T", "--timestamps"}, description = "With times.") boolean timestamps)
            throws IOException {
        try (var connection = ctl.connect()) {
            var path = connection
                    .runtime()
                    .containerStatus(ContainerStatusRequest.newBuilder().setContainerId(id).build())
                    .getStatus()
                    .getLogPath();
            if (path.isEmpty()) {
                throw new IOException("container " + id + " has no log: its configuration names no log_path");
            }
            new LogPrinter(ctl.out(), ctl.err(), timestamps).print(Path.of(path), tail);
        }
        return 0;
    }

    @Command(name = "stop", description = "Stops containers.")
    int stop(
            @Parameters(paramLabel = "CONTAINER", arity = "1..*") List<String> ids,
            @Option(names = "--timeout", defaultValue = "0", description = "Seconds before it is killed; 0: at once.")
                    long timeoutSeconds)
            throws IOException {
        try (var connection = ctl.connect()) {
            for (var id : ids) {
                stop(connection, id, timeoutSeconds);
                ctl.out().println(id);
            }
        }
        return 0;
    }

    private static void stop(Connection connection, String id, long timeoutSeconds) {
        connection.runtimeWithoutDeadline().stopContainer(StopContainerRequest.newBuilder()
                .setContainerId(id)
                .setTimeout(timeoutSeconds)
                .build());
    }

    @Command(name = "rm", description = "Removes containers that have ended.")
    int remove(
            @Parameters(paramLabel = "CONTAINER", arity = "0..*") @Nullable List<String> ids,
            @Option(names = {"-a", "--all"}, description = "All of them.") boolean all,
            @Option(names = {"-f", "--force"}, description = "Running ones too.") boolean force)
            throws IOException {
        try (var connection = ctl.connect()) {
            for (var id : all ? all(connection) : Arguments.some(ids, "a container")) {
                if (!force) {
                    refuseRunning(connection, id);
                }
                connection
                        .runtime()
                        .removeContainer(RemoveContainerRequest.newBuilder().setContainerId(id).build());
                ctl.out().println(id);
            }
        }
        return 0;
    }

    /// The CRI's RemoveContainer kills; people are asked to mean it.
    private static void refuseRunning(Connection connection, String id) throws IOException {
        var status = connection
                .runtime()
                .containerStatus(ContainerStatusRequest.newBuilder().setContainerId(id).build())
                .getStatus();
        if (status.getState() == dev.carafe.cri.v1.ContainerState.CONTAINER_RUNNING) {
            throw new IOException("container " + id + " is running; stop it first, or say --force");
        }
    }

    private static List<String> all(Connection connection) {
        return connection
                .runtime()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersList()
                .stream()
                .map(Container::getId)
                .toList();
    }
}
