package dev.carafe.engine.state;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.LinuxContainerUser;
import dev.carafe.cri.v1.Mount;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A container: what was asked for, verbatim, and what was made of it.
public record ContainerRecord(
        ContainerId id, PodId pod, ContainerConfig config, Instant createdAt, Making making, ContainerState state) {

    public ContainerKey key() {
        return ContainerKey.of(pod, config);
    }

    public ContainerRecord with(ContainerState next) {
        return new ContainerRecord(id, pod, config, createdAt, making, next);
    }

    public ContainerRecord with(Making made, ContainerState next) {
        return new ContainerRecord(id, pod, config, createdAt, made, next);
    }

    /// What is still being made is shown to nobody.
    public boolean isVisible() {
        return !(state instanceof ContainerState.Creating);
    }

    /// Whether a list's filter means it; what is empty there says nothing.
    ///
    /// @param idPrefix the beginning of its id
    /// @param podPrefix the beginning of its pod's
    /// @param labels all of which it has
    public boolean isMeant(String idPrefix, String podPrefix, Map<String, String> labels) {
        return id.value().startsWith(idPrefix)
                && pod.value().startsWith(podPrefix)
                && (labels.isEmpty() || config.getLabelsMap().entrySet().containsAll(labels.entrySet()));
    }

    public boolean isRunning() {
        return state instanceof ContainerState.Running;
    }

    public boolean hasExited() {
        return state instanceof ContainerState.Exited;
    }

    /// What came of the request.
    ///
    /// @param handler the runtime handler's name
    /// @param imageId the image's id, as Image.id has it
    /// @param imageRef the image by its manifest's digest
    /// @param volumeIds the ids of the images that it has as volumes, in the order of its mounts
    /// @param logPath where its log is; empty: it has none
    /// @param resources its limits as they are now: those of the request until they are changed in place
    /// @param forbidden the calls, forbidden by its seccomp profile, that it is ended for; empty: it is not
    public record Making(
            String handler,
            String imageId,
            String imageRef,
            List<String> volumeIds,
            String logPath,
            LinuxContainerResources resources,
            String forbidden,
            Process process) {
        public Making {
            volumeIds = List.copyOf(volumeIds);
        }

        public Making with(Process next) {
            return new Making(handler, imageId, imageRef, volumeIds, logPath, resources, forbidden, next);
        }

        public Making with(LinuxContainerResources next) {
            return new Making(handler, imageId, imageRef, volumeIds, logPath, next, forbidden, process);
        }

        /// Ended for these calls.
        public Making withForbidden(String calls) {
            return new Making(handler, imageId, imageRef, volumeIds, logPath, resources, calls, process);
        }

        /// Whether the image must stay for it.
        public boolean uses(String id) {
            return imageId.equals(id) || volumeIds.contains(id);
        }
    }

    /// @param pid its first process; 0 until there is one
    /// @param monitorPid the process that holds its standard streams and waits for its end; 0 until there is one
    /// @param stopSignal what asks the first process to end
    /// @param user whom the first process runs as
    /// @param mounts as ContainerStatus reports them, with paths on the host
    public record Process(int pid, int monitorPid, int stopSignal, LinuxContainerUser user, List<Mount> mounts) {
        public static final Process NONE = new Process(0, 0, 0, LinuxContainerUser.getDefaultInstance(), List.of());

        public Process {
            mounts = List.copyOf(mounts);
        }
    }
}
