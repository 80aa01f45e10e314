package dev.carafe.runtime;

import dev.carafe.linux.Cgroups;
import dev.carafe.linux.Directory;
import dev.carafe.oci.Digest;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/// One test's part of the host: a folder with a busybox root, a runtime's root and monitors' directories, and a
/// control group of its own. Closing it removes all that is left and fails when something was.
final class TestHost implements AutoCloseable {
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");
    private static final List<String> APPLETS = List.of(
            "sh", "sleep", "echo", "cat", "ps", "true", "false", "kill", "setsid", "dd", "tty", "head", "mkdir", "seq",
            "printf", "stat", "stty", "grep", "tail");

    /// containerd's own shim, over runc.
    static final String SHIM = "containerd-shim-runc-v2";

    private static final Path SHIM_SOCKETS = Path.of("/run/containerd/s");
    private static final Path SHIM_STATE = Path.of("/run/containerd/runc/default");

    private final List<ShimRuntime> shims = new ArrayList<>();
    private final Path work;
    private final String tag;
    private final Path program;
    private final RuntimeDirectories directories;
    private final Cgroups cgroups;

    private TestHost(Path work, String tag, Path program, Cgroups cgroups) {
        this.work = work;
        this.tag = tag;
        this.program = program;
        this.cgroups = cgroups;
        directories = new RuntimeDirectories(work.resolve("exits"), work.resolve("attach"), work.resolve("monitors"));
    }

    /// @param runtime `crun`, `runc` or [#SHIM]
    static TestHost with(String runtime) throws IOException {
        var tag = "crt" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40, 1L << 41), 36);
        var work = Files.createTempDirectory(tag);
        // The user of a container must reach its root.
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        var host = new TestHost(work, tag, program(runtime, work), Cgroups.detect());
        host.makeRoot();
        Files.createDirectory(host.logs());
        host.cgroups.create(host.cgroup());
        return host;
    }

    /// crun before 1.9 refuses cgroup v1 beside a cgroup2 mount; a mount namespace without that mount contents it.
    private static Path program(String runtime, Path work) throws IOException {
        if (!runtime.equals("crun") || !Files.exists(UNIFIED.resolve("cgroup.procs"))) {
            return installed(runtime);
        }
        return script(work.resolve("crun"), """
                exec unshare -m sh -c 'umount -l %s; exec %s "$@"' crun "$@"
                """.formatted(UNIFIED, installed(runtime)));
    }

    static Path installed(String name) throws IOException {
        return Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException(name + " is not installed"));
    }

    private static Path script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// A program in front of the runtime's: `text` is a shell's, `$RUNTIME` the runtime.
    Path runtimeBehind(String text) throws IOException {
        return script(work.resolve("before-" + program.getFileName()), "RUNTIME=" + program + "\n" + text);
    }

    private void makeRoot() throws IOException {
        var bin = Files.createDirectories(root().resolve("bin"));
        for (var folder : List.of("proc", "dev", "tmp", "etc")) {
            Files.createDirectory(root().resolve(folder));
        }
        Files.copy(Path.of("/bin/busybox").toRealPath(), bin.resolve("busybox"));
        for (var applet : APPLETS) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
    }

    Path root() {
        return work.resolve("root");
    }

    Path logs() {
        return work.resolve("logs");
    }

    Path log(String id) {
        return logs().resolve(id + ".log");
    }

    Path bundle(String id) {
        return work.resolve("bundles").resolve(id);
    }

    RuntimeDirectories directories() {
        return directories;
    }

    ContainerFiles files(String id) {
        return new ContainerFiles(directories, id);
    }

    Cgroups cgroups() {
        return cgroups;
    }

    /// The parent of all containers' groups.
    String cgroup() {
        return "/" + tag;
    }

    String containerCgroup(String id) {
        return cgroup() + "/crio-" + id;
    }

    /// Unique on this host.
    String id(String name) {
        return tag + "-" + name;
    }

    RuntimeHandler handler() throws IOException {
        return handler(program, installed("conmon"), Duration.ofMinutes(1));
    }

    RuntimeHandler handler(Path runtime, Path monitor, Duration createTimeout) {
        return new RuntimeHandler(
                "test",
                runtime,
                work.resolve("runtime"),
                CgroupManager.CGROUPFS,
                monitor,
                RuntimeHandler.MONITOR_ENVIRONMENT,
                createTimeout,
                true,
                false,
                true,
                shim());
    }

    private Optional<RuntimeHandler.Shim> shim() {
        return isShim() ? Optional.of(new RuntimeHandler.Shim(Path.of(""))) : Optional.empty();
    }

    private boolean isShim() {
        return program.endsWith(SHIM);
    }

    OciRuntime runtime() throws IOException {
        return isShim() ? shimRuntime() : new ConmonRuntime(handler(), directories);
    }

    /// That of a daemon that has just started.
    ShimRuntime shimRuntime() throws IOException {
        var runtime = new ShimRuntime(handler(), directories, Clock.systemUTC());
        shims.add(runtime);
        return runtime;
    }

    /// A container's process in namespaces of its own.
    RuntimeSpec spec(String id, boolean tty, RuntimeSpec.Resources resources, List<String> command) {
        var namespaces = Stream.of("pid", "mount", "ipc", "uts", "network")
                .map(type -> new RuntimeSpec.Namespace(type, null))
                .toList();
        var linux = new RuntimeSpec.Linux(
                null,
                null,
                null,
                resources,
                containerCgroup(id),
                namespaces,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        return new RuntimeSpec(
                "1.0.2",
                process(tty, command),
                new RuntimeSpec.Root(root().toString(), false),
                null,
                List.of(
                        new RuntimeSpec.Mount("/proc", "proc", "proc", List.of(), null, null),
                        new RuntimeSpec.Mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "mode=755"), null, null),
                        new RuntimeSpec.Mount(
                                "/dev/pts", "devpts", "devpts", List.of("newinstance", "ptmxmode=0666"), null, null)),
                null,
                null,
                linux);
    }

    static RuntimeSpec.Process process(boolean tty, List<String> command) {
        var all = List.of("CAP_KILL");
        return new RuntimeSpec.Process(
                tty,
                null,
                new RuntimeSpec.User(0, 0, null, null),
                command,
                List.of("PATH=/bin"),
                "/",
                new RuntimeSpec.Capabilities(all, all, null, all, null),
                null,
                true,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /// A container whose bundle is written, with a log.
    ContainerProcess container(String id, String... command) throws IOException {
        Bundle.write(bundle(id), spec(id, false, null, List.of(command)));
        return withoutBundle(id);
    }

    /// The same before its bundle is there.
    ContainerProcess withoutBundle(String id) {
        return new ContainerProcess(id, "test", bundle(id), log(id), false, false, false, -1, "");
    }

    String logText(String id) throws IOException {
        return Files.readString(log(id));
    }

    /// Processes, groups and files of containers; bundles and logs are their owner's.
    List<String> leftovers() throws IOException {
        var left = new ArrayList<String>();
        for (var pid : HostProcess.pids()) {
            var command = commandLine(pid);
            if (pid != ProcessHandle.current().pid() && (command.contains(work + "/") || command.contains(tag + "-"))) {
                left.add("process " + pid + " " + command);
            }
        }
        cgroups.processes(cgroup()).forEach(pid -> left.add("process in cgroup " + pid + " " + commandLine(pid)));
        for (var hierarchy : List.of("pids", "memory", "systemd", "unified", "")) {
            var folder = Path.of("/sys/fs/cgroup", hierarchy, tag);
            if (Files.isDirectory(folder)) {
                try (var groups = Files.newDirectoryStream(folder, "crio-*")) {
                    groups.forEach(group -> left.add("cgroup " + group));
                }
            }
        }
        for (var folder : List.of("exits", "attach", "monitors", "runtime")) {
            if (Files.isDirectory(work.resolve(folder))) {
                try (var files = Files.list(work.resolve(folder))) {
                    files.forEach(file -> left.add("file " + file));
                }
            }
        }
        for (var id : ids()) {
            for (var file : ofShim(id)) {
                if (Files.exists(file)) {
                    left.add("file " + file);
                }
            }
        }
        return left;
    }

    /// What containerd's shim has of a container outside of its bundle.
    private static List<Path> ofShim(String id) {
        var socket = Digest.sha256(("default/" + id).getBytes(StandardCharsets.UTF_8))
                .hex();
        return List.of(SHIM_STATE.resolve(id), SHIM_SOCKETS.resolve(socket));
    }

    /// Of all containers that had a bundle.
    private List<String> ids() throws IOException {
        if (!Files.isDirectory(work.resolve("bundles"))) {
            return List.of();
        }
        try (var bundles = Files.list(work.resolve("bundles"))) {
            return bundles.map(bundle -> bundle.getFileName().toString()).toList();
        }
    }

    static String commandLine(int pid) {
        try {
            var bytes = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
            return new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        shims.forEach(ShimRuntime::close);
        var left = leftovers();
        try {
            removeAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!left.isEmpty()) {
            throw new AssertionError("left behind: " + left);
        }
    }

    private void removeAll() throws IOException, InterruptedException {
        for (var pid : HostProcess.pids()) {
            var command = commandLine(pid);
            if (pid != ProcessHandle.current().pid() && (command.contains(work + "/") || command.contains(tag + "-"))) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        cgroups.kill(cgroup());
        cgroups.remove(cgroup());
        for (var id : ids()) {
            for (var file : ofShim(id)) {
                if (Files.exists(file)) {
                    try (var parent = Directory.open(file.getParent())) {
                        parent.removeTree(file.getFileName().toString());
                    }
                }
            }
        }
        try (var parent = Directory.open(work.getParent())) {
            parent.removeTree(work.getFileName().toString());
        }
    }
}
