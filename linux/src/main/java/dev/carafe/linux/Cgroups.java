package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// The host's control groups (cgroups(7)), whichever way they are mounted: a path means the group of that name in
/// every hierarchy. Paths are absolute from the hierarchies' mount points. Safe for all threads.
public final class Cgroups {
    /// A killed process that has not gone by then hangs in the kernel.
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);

    /// A group's processes may fork while they are killed; each round kills what is there.
    private static final int KILL_ROUNDS = 64;

    private static final System.Logger LOG = System.getLogger(Cgroups.class.getName());

    private final AtomicBoolean isAnnouncing = new AtomicBoolean();
    private final CgroupMode mode;
    private final List<CgroupHierarchy> hierarchies;

    private Cgroups(CgroupMode mode, List<CgroupHierarchy> hierarchies) {
        this.mode = mode;
        this.hierarchies = List.copyOf(hierarchies);
    }

    /// What is mounted now; that doesn't change while a host runs.
    ///
    /// @throws IOException when no control groups are mounted
    public static Cgroups detect() throws IOException {
        return of(Mounts.read());
    }

    static Cgroups of(List<MountEntry> mounts) throws IOException {
        var hierarchies = new ArrayList<CgroupHierarchy>();
        var seen = new HashSet<String>();
        for (var mount : mounts) {
            var hierarchy = CgroupHierarchy.of(mount);
            // The same one may be mounted in several places; the first is the usual one.
            if (hierarchy.isPresent() && seen.add(hierarchy.get().identity())) {
                hierarchies.add(hierarchy.get());
            }
        }
        if (hierarchies.isEmpty()) {
            throw new IOException("no control groups are mounted; containers need them (usually at /sys/fs/cgroup)");
        }
        var unified = hierarchies.stream().filter(CgroupHierarchy::unified).count();
        var mode = unified == 0 ? CgroupMode.V1 : hierarchies.size() == 1 ? CgroupMode.V2 : CgroupMode.HYBRID;
        return new Cgroups(mode, hierarchies);
    }

    public CgroupMode mode() {
        return mode;
    }

    /// Those that some hierarchy has.
    public Set<CgroupController> controllers() {
        var controllers = EnumSet.noneOf(CgroupController.class);
        hierarchies.forEach(hierarchy -> controllers.addAll(hierarchy.controllers()));
        return controllers;
    }

    /// In any hierarchy.
    public boolean exists(String path) {
        var name = checked(path);
        return hierarchies.stream().anyMatch(hierarchy -> hierarchy.exists(name));
    }

    /// Makes it, with its parents, in each hierarchy where it is missing; a new v1 cpuset gets what its parent has,
    /// since an empty one takes no process. Idempotent.
    public void create(String path) throws IOException {
        var name = checked(path);
        for (var hierarchy : hierarchies) {
            hierarchy.create(name);
        }
    }

    /// With the groups below it. Idempotent. EBUSY when processes are still in it after a short wait for those that
    /// are ending.
    public void remove(String path) throws IOException, InterruptedException {
        var name = checked(path);
        for (var hierarchy : hierarchies) {
            hierarchy.remove(name);
        }
    }

    /// Moves the whole process there in every hierarchy; the group exists.
    public void addProcess(String path, int pid) throws IOException {
        var name = checked(path);
        for (var hierarchy : hierarchies) {
            hierarchy.addProcess(name, pid);
        }
    }

    /// Says that processes are about to be moved, as runtimes do it. Before the first move on a host after a while
    /// the kernel waits for a grace period of RCU, some 10 ms; before those that follow soon it does not. By this
    /// the wait begins now, beside what comes before the move. Returns at once; where it can't be done, moves wait
    /// as ever.
    public void announceMove() {
        if (isAnnouncing.compareAndSet(false, true)) {
            Thread.ofPlatform().name("announced move").daemon(true).start(this::moveNowhere);
        }
    }

    /// Whoever moves a process to where it is waits as well, and changes nothing.
    private void moveNowhere() {
        try {
            var lines = Files.readAllLines(Path.of("/proc/self/cgroup"));
            for (var hierarchy : hierarchies) {
                var own = hierarchy.group(lines);
                if (own.isPresent()) {
                    hierarchy.addProcess(
                            own.get(), Math.toIntExact(ProcessHandle.current().pid()));
                    return;
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "could not announce a move between control groups", e);
        } finally {
            isAnnouncing.set(false);
        }
    }

    /// In it and in the groups below it; empty when there is no such group.
    public Set<Integer> processes(String path) throws IOException {
        var name = checked(path);
        var processes = new HashSet<Integer>();
        for (var hierarchy : hierarchies) {
            hierarchy.addProcesses(name, processes);
        }
        return processes;
    }

    /// The memory of it that the kernel can't simply drop, on cgroup v2; empty elsewhere, and where the group is not.
    public OptionalLong workingSetBytes(String path) throws IOException {
        var name = checked(path);
        for (var hierarchy : hierarchies) {
            if (hierarchy.unified() && hierarchy.controllers().contains(CgroupController.MEMORY)) {
                return UsageFiles.workingSetBytes(hierarchy, name);
            }
        }
        return OptionalLong.empty();
    }

    /// What it has used, with the groups below it; all is empty where the group is not.
    public CgroupUsage usage(String path) throws IOException {
        return new UsageFiles(new GroupHierarchies(hierarchies)).read(checked(path));
    }

    /// What else it counts; all is empty where the group is not.
    public CgroupDetail detail(String path) throws IOException {
        return new DetailFiles(new GroupHierarchies(hierarchies)).read(checked(path));
    }

    /// Takes away the bound on its processor time; a group above it may have one. Nothing happens where it is not.
    public void unlimitCpu(String path) throws IOException {
        var name = checked(path);
        var hierarchy = new GroupHierarchies(hierarchies).with(CgroupController.CPU);
        if (hierarchy.isPresent()) {
            hierarchy.get().unlimitCpu(name);
        }
    }

    /// Where its set of processors is, and the sets of those above it, the highest first; empty where no hierarchy has
    /// such sets.
    public List<Path> cpusets(String path) {
        var name = checked(path);
        var folders = new ArrayList<Path>();
        var hierarchy = new GroupHierarchies(hierarchies).with(CgroupController.CPUSET);
        for (var depth = 1; hierarchy.isPresent() && depth <= name.getNameCount(); depth++) {
            folders.add(hierarchy.get().root().resolve(name.subpath(0, depth)));
        }
        return folders;
    }

    /// Whether sets of processors are those of v2.
    public boolean areCpusetsUnified() {
        return new GroupHierarchies(hierarchies).isUnified(CgroupController.CPUSET);
    }

    /// Kills all that is in it and below and waits for the end of it. Idempotent.
    ///
    /// @throws IOException names the processes that did not end
    public void kill(String path) throws IOException, InterruptedException {
        for (var round = 0; round < KILL_ROUNDS; round++) {
            var alive = processes(path).stream()
                    .filter(pid -> !ProcessStat.isDead(pid))
                    .toList();
            if (alive.isEmpty()) {
                return;
            }
            for (var pid : alive) {
                kill(pid);
            }
        }
        throw new IOException("control group " + path + " fills faster than it can be killed: " + processes(path));
    }

    private static void kill(int pid) throws IOException, InterruptedException {
        var found = Pidfd.open(pid);
        if (found.isPresent()) {
            try (var pidfd = found.get()) {
                pidfd.signal(Signals.KILL);
                if (!pidfd.awaitExit(KILLED_WITHIN)) {
                    throw new IOException(
                            "process " + pid + " did not end within " + KILLED_WITHIN.toSeconds() + " s of SIGKILL");
                }
            }
        }
    }

    /// Relative to a hierarchy's mount point.
    private static Path checked(String path) {
        var absolute = Path.of("/", path);
        if (absolute.getNameCount() == 0 || !absolute.equals(absolute.normalize())) {
            throw new IllegalArgumentException("not the path of a control group below the root: " + path);
        }
        return Path.of("/").relativize(absolute);
    }
}
