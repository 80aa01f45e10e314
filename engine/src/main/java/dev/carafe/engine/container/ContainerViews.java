package dev.carafe.engine.container;

import dev.carafe.cri.v1.Container;
import dev.carafe.cri.v1.ContainerResources;
import dev.carafe.cri.v1.ContainerStatus;
import dev.carafe.cri.v1.ContainerUser;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.Signal;
import dev.carafe.engine.CriTime;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.linux.Signals;

/// Containers as the CRI shows them.
public final class ContainerViews {
    /// The reason of an end for what a container called; its message has the calls.
    static final String SECCOMP_KILLED = "seccomp killed";

    private ContainerViews() {}

    static Container item(ContainerRecord container) {
        var config = container.config();
        return Container.newBuilder()
                .setId(container.id().value())
                .setPodSandboxId(container.pod().value())
                .setMetadata(config.getMetadata())
                .setImage(config.getImage())
                .setImageRef(container.making().imageRef())
                .setImageId(container.making().imageId())
                .setState(state(container))
                .setCreatedAt(CriTime.nanos(container.createdAt()))
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .build();
    }

    public static ContainerStatus status(ContainerRecord container) {
        var config = container.config();
        var making = container.making();
        var status = ContainerStatus.newBuilder()
                .setId(container.id().value())
                .setMetadata(config.getMetadata())
                .setState(state(container))
                .setCreatedAt(CriTime.nanos(container.createdAt()))
                .setImage(config.getImage())
                .setImageRef(making.imageRef())
                .setImageId(making.imageId())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .addAllMounts(making.process().mounts())
                .setLogPath(making.logPath())
                .setResources(ContainerResources.newBuilder().setLinux(resources(container)))
                .setUser(ContainerUser.newBuilder().setLinux(making.process().user()))
                .setStopSignal(signal(making.process().stopSignal()));
        times(status, container.state());
        if (status.getReason().equals(SECCOMP_KILLED)) {
            status.setMessage("Used forbidden syscalls: " + making.forbidden());
        }
        return status.build();
    }

    private static void times(ContainerStatus.Builder status, ContainerState state) {
        switch (state) {
            case ContainerState.Creating(), ContainerState.Created() -> {}
            case ContainerState.Running(var startedAt) -> status.setStartedAt(CriTime.nanos(startedAt));
            case ContainerState.Exited(var startedAt, var finishedAt, var code, var reason) ->
                status.setStartedAt(CriTime.nanos(startedAt))
                        .setFinishedAt(CriTime.nanos(finishedAt))
                        .setExitCode(code)
                        .setReason(reason);
        }
    }

    static dev.carafe.cri.v1.ContainerState state(ContainerRecord container) {
        return switch (container.state()) {
            case ContainerState.Creating(), ContainerState.Created() ->
                dev.carafe.cri.v1.ContainerState.CONTAINER_CREATED;
            case ContainerState.Running _ -> dev.carafe.cri.v1.ContainerState.CONTAINER_RUNNING;
            case ContainerState.Exited _ -> dev.carafe.cri.v1.ContainerState.CONTAINER_EXITED;
        };
    }

    private static LinuxContainerResources resources(ContainerRecord container) {
        return container.making().resources();
    }

    /// `SIGRTMIN+3` is the CRI's SIGNAL_SIGRTMINPLUS3; before there is a process, no signal is decided yet.
    private static Signal signal(int number) {
        return number == 0
                ? Signal.SIGNAL_RUNTIME_DEFAULT
                : Signal.valueOf(
                        "SIGNAL_" + Signals.name(number).replace("+", "PLUS").replace("-", "MINUS"));
    }
}
