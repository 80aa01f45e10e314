package dev.carafe.system;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/// One test's part of the host: a folder, a configuration, and a name of its own for what the whole host sees
/// (bridge, network, cgroup). Closing it removes whatever is left; [#leftovers(long)] says what a well-behaved daemon
/// left behind.
public final class TestHost implements AutoCloseable {
    /// containerd's own shim, over runc.
    public static final String SHIM = "containerd-shim-runc-v2";

    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");

    /// What a node has below /run.
    private static final List<String> RUN = List.of("run", "exits", "attach", "namespaces", "runtime");

    private final Path work;
    private final String tag;
    private final String runtime;
    private final String subnet;

    private TestHost(Path work, String tag, String runtime, String subnet) {
        this.work = work;
        this.tag = tag;
        this.runtime = runtime;
        this.subnet = subnet;
    }

    /// @param runtime `crun`, `runc` or [#SHIM]
    public static TestHost create(String runtime) throws IOException {
        var random = ThreadLocalRandom.current();
        var tag = "crt" + Integer.toString(random.nextInt(36 * 36 * 36 * 36, 36 * 36 * 36 * 36 * 36), 36);
        var subnet = "10." + random.nextInt(212, 216) + "." + random.nextInt(256);
        var work = Files.createTempDirectory("carafe-" + tag + "-");
        // As /run is: a container's root in a user namespace is nobody on the way to its files.
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwx--x--x"));
        var host = new TestHost(work, tag, runtime, subnet);
        host.writeConfiguration();
        return host;
    }

    /// Another process's view of one that [#create] made.
    static TestHost existing(Path work, String runtime) {
        return new TestHost(work, work.getFileName().toString().split("-")[1], runtime, "");
    }

    /// What a node has in memory is in memory; otherwise all is on one disk.
    void holdRunInMemory() throws IOException, InterruptedException {
        for (var folder : RUN) {
            var target = Files.createDirectories(work.resolve(folder));
            Programs.output("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", target.toString());
        }
    }

    private void writeConfiguration() throws IOException {
        Files.writeString(registries(), "");
        var network = Files.createDirectories(work.resolve("net.d"));
        Files.writeString(network.resolve("10-test.conflist"), """
                {"cniVersion":"0.4.0","name":"%1$s","plugins":[
                 {"type":"bridge","bridge":"%1$s","isGateway":true,"ipMasq":true,
                  "ipam":{"type":"host-local","dataDir":"%2$s/leases","ranges":[[{"subnet":"%3$s.0/24"}]],
                          "routes":[{"dst":"0.0.0.0/0"}]}},
                 {"type":"portmap","capabilities":{"portMappings":true},"snat":true}]}
                """.formatted(tag, work, subnet));
        Files.writeString(policy(), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
        Files.writeString(
                configuration(), """
                [crio]
                root = "%1$s/root"
                runroot = "%1$s/run"
                log_dir = "%1$s/logs"
                version_file = "%1$s/version"
                clean_shutdown_file = "%1$s/clean.shutdown"
                [crio.api]
                listen = "%1$s/carafe.sock"
                [crio.runtime]
                default_runtime = "%2$s"
                cgroup_manager = "cgroupfs"
                log_level = "debug"
                container_exits_dir = "%1$s/exits"
                container_attach_socket_dir = "%1$s/attach"
                namespaces_dir = "%1$s/namespaces"
                [crio.runtime.runtimes.%2$s]
                runtime_type = "%4$s"
                runtime_path = "%3$s"
                runtime_root = "%1$s/runtime"
                [crio.image]
                signature_policy = "%1$s/policy.json"
                signature_policy_dir = "%1$s/policies"
                [crio.network]
                network_dir = "%1$s/net.d"
                plugin_dirs = ["/usr/lib/cni", "/opt/cni/bin"]
                [crio.stats]
                [crio.nri]
                nri_listen = "%1$s/nri.sock"
                nri_plugin_dir = "%1$s/nri-plugins"
                nri_plugin_config_dir = "%1$s/nri-conf"
                """.formatted(work, runtime, runtimeProgram(), runtime.equals(SHIM) ? "vm" : "oci"));
    }

    /// Adds a line to a table of the configuration, for the next start.
    public void configure(String table, String line) throws IOException {
        var text = Files.readString(configuration());
        var header = "[" + table + "]\n";
        Files.writeString(configuration(), text.replace(header, header + line + "\n"));
    }

    /// What the daemon runs. crun before 1.9 refuses cgroup v1 beside a cgroup2 mount; a mount namespace without that
    /// mount contents it. Nor does it say what it can do.
    public Path runtimeProgram() throws IOException {
        if (!runtime.equals("crun") || !Files.exists(UNIFIED.resolve("cgroup.procs"))) {
            return Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
                    .map(folder -> Path.of(folder, runtime))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new IOException(runtime + " is not installed"));
        }
        var wrapper = work.resolve("crun");
        if (Files.isExecutable(wrapper)) {
            return wrapper;
        }
        Files.writeString(wrapper, """
                #!/bin/sh
                case "$*" in
                *" features") echo '{"mountOptions":["rro"],"linux":{"namespaces":["user"]}}'; exit;;
                esac
                exec unshare -m sh -c 'umount -l %s; exec /usr/bin/crun "$@"' crun "$@"
                """.formatted(UNIFIED));
        return Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    public Path work() {
        return work;
    }

    /// For what a node has in memory, the daemon's own among it.
    public Path run() {
        return work.resolve("run");
    }

    /// Unique on this host: the bridge, the network and the cgroup parent are called so.
    public String tag() {
        return tag;
    }

    public String cgroupParent() {
        return "/" + tag;
    }

    /// One that nothing listens on; until it is taken somebody else may.
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public String subnet() {
        return subnet;
    }

    public String runtime() {
        return runtime;
    }

    public Path socket() {
        return work.resolve("carafe.sock");
    }

    public Path configuration() {
        return work.resolve("crio.conf");
    }

    /// The node's policy for signatures: at first everything is accepted.
    public Path policy() {
        return work.resolve("policy.json");
    }

    /// A namespace's own.
    public Path policy(String namespace) {
        return work.resolve("policies").resolve(namespace + ".json");
    }

    /// registries.conf of the daemon; empty until a test writes it.
    public Path registries() {
        return work.resolve("registries.conf");
    }

    public Path daemonLog() {
        return work.resolve("daemon.log");
    }

    public Path logs() {
        return work.resolve("logs");
    }

    /// What of pods and containers is still on the host: mounts, pins, processes, cgroups, address leases, rules.
    /// The daemon itself and what it keeps while it runs are not counted.
    public List<String> leftovers(long daemonPid) throws IOException, InterruptedException {
        var left = new ArrayList<String>();
        mounts().stream()
                .filter(m -> RUN.stream().noneMatch(folder -> m.equals(work + "/" + folder)))
                .forEach(m -> left.add("mount " + m));
        processes(daemonPid).forEach(p -> left.add("process " + p));
        cgroups().forEach(c -> left.add("cgroup " + c));
        for (var folder : List.of("namespaces", "exits", "attach", "runtime", "leases/" + tag)) {
            files(work.resolve(folder)).forEach(f -> left.add("file " + f));
        }
        files(Path.of("/var/lib/cni/results")).stream()
                .filter(result -> result.getFileName().toString().startsWith(tag + "-"))
                .forEach(result -> left.add("file " + result));
        new PluginRules(tag).all().forEach(rule -> left.add("rule " + rule));
        return left;
    }

    /// What is still in the store once all images are gone and their space is given back.
    List<String> storageLeftovers() throws IOException, InterruptedException {
        Await.until("the space of the images' layers", () -> isEmpty(work.resolve("root/layers/staging")));
        var left = new ArrayList<String>();
        for (var folder : List.of("root", "run/carafe")) {
            files(work.resolve(folder)).forEach(file -> left.add("file " + file));
        }
        left.removeIf(file -> file.endsWith(".lock"));
        return left;
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var names = Files.list(folder)) {
            return names.findAny().isEmpty();
        }
    }

    private List<String> mounts() throws IOException {
        return Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(" ")[4])
                .filter(target -> target.startsWith(work + "/"))
                .toList();
    }

    private List<String> processes(long except) throws IOException {
        var found = new ArrayList<String>();
        try (var folders = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var folder : folders) {
                var command = commandLine(folder);
                var pid = Long.parseLong(folder.getFileName().toString());
                if (pid != except
                        && pid != ProcessHandle.current().pid()
                        && (command.contains(work + "/") || isShim(folder, command))
                        && !command.contains("docker-registry")) {
                    found.add(pid + " " + command);
                }
            }
        }
        return found;
    }

    /// A shim runs in its container's bundle, and says nothing of it on its command line.
    private boolean isShim(Path process, String command) {
        try {
            return command.contains(SHIM)
                    && Files.readSymbolicLink(process.resolve("cwd")).startsWith(work);
        } catch (IOException gone) {
            return false;
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    private List<Path> cgroups() throws IOException {
        var found = new ArrayList<Path>();
        try (var hierarchies = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
            for (var hierarchy : hierarchies) {
                var folder = hierarchy.getFileName().toString().equals(tag) ? hierarchy : hierarchy.resolve(tag);
                if (Files.isDirectory(folder)) {
                    found.addAll(Tree.list(folder).stream()
                            .filter(Files::isDirectory)
                            .sorted(Comparator.reverseOrder())
                            .toList());
                }
            }
        }
        return found;
    }

    /// Files that hold something of a pod; empty folders, locks and host-local's own bookkeeping don't.
    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        return Tree.list(folder).stream()
                .filter(f -> !Files.isDirectory(f))
                .filter(f -> !f.getFileName().toString().matches("lock|last_reserved_ip.*"))
                .toList();
    }

    @Override
    public void close() throws IOException {
        Cleanup.run(this::end);
    }

    private void end() throws IOException, InterruptedException {
        endAll();
        for (var result : files(Path.of("/var/lib/cni/results"))) {
            if (result.getFileName().toString().startsWith(tag + "-")) {
                Files.deleteIfExists(result);
            }
        }
        Programs.output("rm", "-rf", "--one-file-system", work.toString());
    }

    /// Whatever runs, is mounted or was made in the kernel, as a reboot takes it; files stay.
    public void endAll() throws IOException, InterruptedException {
        for (var process : processes(0)) {
            var pid = Long.parseLong(process.substring(0, process.indexOf(' ')));
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        for (var cgroup : cgroups()) {
            for (var pid : Files.readAllLines(cgroup.resolve("cgroup.procs"))) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        for (var mount : mounts().reversed()) {
            Programs.run(List.of("umount", "-l", mount));
        }
        Programs.run(List.of("ip", "link", "del", tag));
        new PluginRules(tag).remove();
        for (var cgroup : cgroups()) {
            Programs.run(List.of("rmdir", cgroup.toString()));
        }
    }
}
