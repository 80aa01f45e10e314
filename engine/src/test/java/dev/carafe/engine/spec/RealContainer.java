package dev.carafe.engine.spec;

import dev.carafe.linux.Cgroups;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.NamespaceSetup;
import dev.carafe.linux.Namespaces;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A container of busybox under a real runtime, in namespaces and control groups of the test's own; closing it leaves
/// nothing behind.
final class RealContainer implements AutoCloseable {
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");
    private static final long SECONDS = 60;

    final Given given;
    private final Path folder;
    private final List<String> runtime;
    private final String id;

    RealContainer(Path folder, String runtime) throws IOException {
        this.folder = folder;
        this.id = "carafe-spec-" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
        this.given = new Given(folder);
        this.runtime = List.of(
                executable(runtime).toString(),
                "--root",
                folder.resolve("state").toString());
        given.cgroupParent = "/" + id;
        given.image.environment = List.of("PATH=/bin");
        busybox();
    }

    private void busybox() throws IOException {
        var bin = Files.createDirectories(given.rootfs.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (var name : List.of(
                "sh", "cat", "ls", "id", "stat", "sleep", "mount", "unshare", "touch", "true", "test", "head", "od",
                "sed")) {
            Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
        }
    }

    /// crun before 1.9 refuses cgroup v1 beside a cgroup2 mount; a mount namespace without that mount contents it.
    private Path executable(String name) throws IOException {
        if (!name.equals("crun") || !Files.exists(UNIFIED.resolve("cgroup.procs"))) {
            return Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
                    .map(place -> Path.of(place, name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new IOException(name + " is not installed"));
        }
        var wrapper = folder.resolve("crun");
        Files.writeString(wrapper, """
                #!/bin/sh
                exec unshare -m sh -c 'umount -l %s; exec crun "$@"' crun "$@"
                """.formatted(UNIFIED));
        return Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// Runs the shell's commands as the container's first process; what they and the runtime wrote.
    Output run(String commands) throws IOException, InterruptedException {
        return run(commands, HostFacts.detect());
    }

    Output run(String commands, HostFacts facts) throws IOException, InterruptedException {
        // The runtime carries the two outputs side by side: their order is lost unless there is only one.
        given.container.addAllCommand(List.of("/bin/sh", "-c", "exec 2>&1; " + commands));
        return new Output(runtime(bundle(given.build(facts).spec()), "run"));
    }

    /// The runtime makes it, and nothing of it runs.
    void create() throws IOException, InterruptedException {
        given.container.clearCommand().clearArgs().addAllCommand(List.of("/bin/sleep", "1000"));
        runtime(bundle(given.build(HostFacts.detect()).spec()), "create");
    }

    /// Starts what was created and runs the shell's commands beside it; what they wrote.
    Output exec(String commands) throws IOException, InterruptedException {
        succeed(List.of("start", id));
        var facts = HostFacts.detect();
        var spec = RuntimeSpec.parse(Files.readString(folder.resolve("bundle/config.json")));
        var process = new SpecBuilder(given.defaults.build(), facts)
                .execProcess(spec.process(), List.of("/bin/sh", "-c", commands), false);
        var file = Files.writeString(folder.resolve("process.json"), process.toJson());
        return new Output(succeed(List.of("exec", "--process", file.toString(), id)));
    }

    private Path bundle(RuntimeSpec spec) throws IOException {
        Namespaces.pin(given.namespaces, new NamespaceSetup("", Map.of(), false));
        Cgroups.detect().create(given.cgroupParent);
        var bundle = Files.createDirectories(folder.resolve("bundle"));
        Files.writeString(bundle.resolve("config.json"), spec.toJson());
        return bundle;
    }

    private String runtime(Path bundle, String verb) throws IOException, InterruptedException {
        return succeed(List.of(verb, "--bundle", bundle.toString(), id));
    }

    private String succeed(List<String> arguments) throws IOException, InterruptedException {
        var result = execute(arguments);
        if (result.code() != 0) {
            throw new AssertionError(runtime + " " + arguments + ": " + result.code() + ": " + result.output());
        }
        return result.output();
    }

    private record Result(int code, String output) {}

    /// The output goes to a file: a created container keeps it open.
    private Result execute(List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(runtime);
        command.addAll(arguments);
        var output = Files.createTempFile(folder, "output", "");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " took more than " + SECONDS + " s: " + Files.readString(output));
        }
        return new Result(process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        try {
            remove();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("could not remove container " + id, e);
        }
    }

    private void remove() throws IOException, InterruptedException {
        execute(List.of("delete", "--force", id));
        for (var kind : List.of(NamespaceKind.NETWORK, NamespaceKind.IPC, NamespaceKind.UTS)) {
            Namespaces.unpin(folder.resolve(kind.procName()));
        }
        var cgroups = Cgroups.detect();
        cgroups.kill(given.cgroupParent);
        cgroups.remove(given.cgroupParent);
    }
}
