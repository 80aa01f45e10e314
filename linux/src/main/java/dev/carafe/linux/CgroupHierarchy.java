package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// One mounted hierarchy of control groups: v2's, or one of v1 with its controllers.
///
/// @param identity the same for two mounts of one hierarchy
record CgroupHierarchy(Path root, boolean unified, Set<CgroupController> controllers, String identity) {
    private static final String ACCOUNTING = "cpuacct";
    private static final String PROCESSES = "cgroup.procs";
    private static final List<String> CPUSET_FILES = List.of("cpuset.cpus", "cpuset.mems");

    /// How long a group may stay busy with processes that are ending: pauses of 1, 2, 4 … ms.
    private static final int REMOVAL_TRIES = 12;

    CgroupHierarchy {
        controllers = Set.copyOf(controllers);
    }

    /// Empty for a mount of something else.
    static Optional<CgroupHierarchy> of(MountEntry mount) throws IOException {
        return switch (mount.type()) {
            case "cgroup2" -> Optional.of(new CgroupHierarchy(mount.mountPoint(), true, unified(mount), "cgroup2"));
            case "cgroup" -> Optional.of(v1(mount));
            default -> Optional.empty();
        };
    }

    private static Set<CgroupController> unified(MountEntry mount) throws IOException {
        var controllers = EnumSet.of(CgroupController.DEVICES, CgroupController.FREEZER);
        var words = Files.readString(mount.mountPoint().resolve("cgroup.controllers"));
        for (var word : words.strip().split(" ")) {
            CgroupController.of(word).ifPresent(controllers::add);
        }
        return controllers;
    }

    /// Its controllers, or its name where it has none, stand among the mount's options.
    private static CgroupHierarchy v1(MountEntry mount) {
        var controllers = EnumSet.noneOf(CgroupController.class);
        var identity = new TreeSet<String>();
        for (var option : mount.options().split(",")) {
            var controller = CgroupController.of(option);
            controller.ifPresent(controllers::add);
            if (controller.isPresent() || option.equals(ACCOUNTING) || option.startsWith("name=")) {
                identity.add(option);
            }
        }
        var name = identity.isEmpty() ? mount.mountPoint().toString() : identity.toString();
        return new CgroupHierarchy(mount.mountPoint(), false, controllers, name);
    }

    /// Of v1: it counts the time of processors.
    boolean accountsCpu() {
        return !unified && identity.contains(ACCOUNTING);
    }

    /// Where a process is.
    ///
    /// @param lines of its `/proc/PID/cgroup`
    /// @return empty when they don't tell, and when it is outside of what is mounted here
    Optional<Path> group(List<String> lines) {
        for (var line : lines) {
            var parts = line.split(":", 3);
            if (parts.length == 3 && (unified ? parts[0].equals("0") : isNamed(parts[1]))) {
                var path = Path.of(parts[2]);
                var group = Path.of("/").relativize(path);
                return path.equals(path.normalize()) && exists(group) ? Optional.of(group) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private boolean isNamed(String names) {
        return new TreeSet<>(List.of(names.split(","))).toString().equals(identity);
    }

    boolean exists(Path group) {
        return Files.isDirectory(root.resolve(group));
    }

    /// Its parents are there nearly always, so they are made only once it can't be.
    void create(Path group) throws IOException {
        try {
            createInParent(root.resolve(group));
        } catch (NoSuchFileException e) {
            var parent = group.getParent();
            if (parent == null) {
                throw e;
            }
            create(parent);
            createInParent(root.resolve(group));
        }
    }

    private void createInParent(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException _) {
            return;
        }
        if (!unified && controllers.contains(CgroupController.CPUSET)) {
            inheritCpuset(folder);
        }
    }

    private static void inheritCpuset(Path folder) throws IOException {
        for (var file : CPUSET_FILES) {
            var value = Files.readString(folder.resolveSibling(file));
            if (Files.readString(folder.resolve(file)).isBlank()) {
                Files.writeString(folder.resolve(file), value);
            }
        }
    }

    /// Nothing where the group has no bound of its own.
    void unlimitCpu(Path group) throws IOException {
        var file = root.resolve(group).resolve(unified ? "cpu.max" : "cpu.cfs_quota_us");
        if (Files.exists(file)) {
            Files.writeString(
                    file, unified ? "max" : "-1", StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        }
    }

    void addProcess(Path group, int pid) throws IOException {
        Files.writeString(root.resolve(group).resolve(PROCESSES), Integer.toString(pid));
    }

    void addProcesses(Path group, Set<Integer> processes) throws IOException {
        for (var folder : tree(root.resolve(group))) {
            // A v2 group of threads shows none: its processes are those of a group above.
            for (var line :
                    new GroupFiles(folder).text(PROCESSES).orElse("").lines().toList()) {
                processes.add(Integer.parseInt(line));
            }
        }
    }

    void remove(Path group) throws IOException, InterruptedException {
        for (var folder : tree(root.resolve(group)).reversed()) {
            remove(folder, 1);
        }
    }

    private static void remove(Path folder, int attempt) throws IOException, InterruptedException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException | AccessDeniedException e) {
            throw e;
        } catch (FileSystemException busy) {
            if (attempt == REMOVAL_TRIES) {
                throw busy;
            }
            // v1 tells nobody when a group's last process has gone.
            TimeUnit.MILLISECONDS.sleep(1L << (attempt - 1));
            remove(folder, attempt + 1);
        }
    }

    /// Parents before what is in them, without what goes meanwhile; empty when there is no such group.
    private static List<Path> tree(Path folder) throws IOException {
        var tree = new ArrayList<Path>();
        if (Files.isDirectory(folder)) {
            tree.add(folder);
        }
        for (var i = 0; i < tree.size(); i++) {
            tree.addAll(inside(tree.get(i)));
        }
        return tree;
    }

    private static List<Path> inside(Path folder) throws IOException {
        var groups = new ArrayList<Path>();
        try (var folders = Files.newDirectoryStream(folder, Files::isDirectory)) {
            folders.forEach(groups::add);
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return groups;
    }
}
