package dev.carafe.engine.performance;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A container's processors as a part of the node of its own, among which the scheduler moves nothing from elsewhere.
/// On cgroup v2 each group above has to hand them down (`cpuset.cpus.exclusive`), and the lowest is a partition; on v1
/// the container's group is only taken out of the balancing, and whoever owns those above does the same there.
final class Partition {
    /// Of the container's group, for what may only run on its own processors; known by this name from CRI-O.
    static final String CHILD = "cgroup-child";

    private static final String BALANCED_V1 = "cpuset.sched_load_balance";
    private static final String CPUS = "cpuset.cpus";
    private static final String EXCLUSIVE = "cpuset.cpus.exclusive";
    private static final String KIND = "cpuset.cpus.partition";
    private static final String ISOLATED = "isolated";

    private final CpusetGroups groups;
    private final CpuWishes wishes;

    Partition(CpusetGroups groups, CpuWishes wishes) {
        this.groups = groups;
        this.wishes = wishes;
    }

    /// The child group of a container that also has shared processors, on cgroup v2.
    void prepare() throws IOException {
        if (wishes.shared().isEmpty() || !groups.unified() || !groups.isThere()) {
            return;
        }
        KernelFile.write(groups.own().resolve("cgroup.subtree_control"), "+cpu +cpuset");
        var child = groups.own().resolve(CHILD);
        try {
            Files.createDirectory(child);
        } catch (FileAlreadyExistsException _) {
            // of a start that failed
        }
        KernelFile.write(child.resolve(CPUS), wishes.cpus().list());
    }

    private boolean isWanted() {
        return wishes.withoutBalancing() && groups.isThere();
    }

    private List<Path> folders() {
        return wishes.shared().isEmpty()
                ? groups.folders()
                : Stream.concat(
                                groups.folders().stream(),
                                Stream.of(groups.own().resolve(CHILD)))
                        .toList();
    }

    /// The files to which the container's processors are added.
    Map<Path, Cpus> added() throws IOException {
        var added = new LinkedHashMap<Path, Cpus>();
        if (isWanted() && groups.unified()) {
            for (var folder : folders()) {
                var file = folder.resolve(EXCLUSIVE);
                if (Files.notExists(file)) {
                    throw new IOException("this kernel takes no processors out of the balancing: there is no " + file);
                }
                added.put(file, wishes.cpus());
            }
        }
        return added;
    }

    /// What is to be in which file beside.
    Map<Path, String> files() {
        return isWanted() && groups.unified() ? Map.of(folders().getLast().resolve(KIND), ISOLATED) : Map.of();
    }

    /// Before the processors are added.
    ///
    /// @param online where the node says which processors it has
    void open(Path online) throws IOException {
        if (!isWanted()) {
            return;
        }
        if (!groups.unified()) {
            stopBalancing(groups.own());
            return;
        }
        for (var folder : groups.folders()) {
            // One without a word of its own has what those above have, which is not enough for handing down.
            if (KernelFile.read(folder.resolve(CPUS)).isEmpty()) {
                KernelFile.write(folder.resolve(CPUS), KernelFile.read(online));
            }
        }
    }

    /// Of v1; nothing where the group is not.
    static void stopBalancing(Path group) throws IOException {
        var file = group.resolve(BALANCED_V1);
        if (Files.exists(file)) {
            KernelFile.write(file, "0");
        }
    }

    /// Once all is written: the kernel takes a partition that can't be one, and says so there.
    void check() throws IOException {
        for (var file : files().keySet()) {
            var now = KernelFile.read(file);
            if (!now.equals(ISOLATED)) {
                throw new IOException("processors " + wishes.cpus().list() + " can't be isolated: " + now);
            }
        }
    }
}
