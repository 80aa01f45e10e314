package dev.carafe.runtime;

import dev.carafe.linux.Cgroups;
import dev.carafe.linux.Child;
import dev.carafe.linux.Fd;
import dev.carafe.linux.IoCallable;
import dev.carafe.linux.Pipe;
import dev.carafe.linux.Signals;
import dev.carafe.linux.Spawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;

/// The creation of a container under conmon: conmon waits on its start pipe until it is in its control group, forks
/// away from us, lets the runtime create the container, and tells on its sync pipe what came of it. What a failure
/// leaves is for [DeleteContainer].
final class CreateContainer {
    private static final int WORDS_BYTES = 16 * 1024;

    /// conmon lets go of our pipe when it has forked; a failed one has ended.
    private static final Duration WORDS_WITHIN = Duration.ofSeconds(1);

    private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);

    private static final int SYNC_PIPE = 3;
    private static final int START_PIPE = 4;

    private final RuntimeHandler handler;
    private final IoCallable<Cgroups> cgroups;

    CreateContainer(RuntimeHandler handler, IoCallable<Cgroups> cgroups) {
        this.handler = handler;
        this.cgroups = cgroups;
    }

    /// @param files whose folder is there and empty
    Started create(ContainerFiles files, ContainerProcess container) throws IOException, InterruptedException {
        var arguments = MonitorArguments.of(handler, files, container);
        prepare(files, container);
        try (var sync = Pipe.open();
                var start = Pipe.open();
                var errors = Pipe.open()) {
            var environment = new HashMap<>(handler.monitorEnvironment());
            environment.put("_OCI_SYNCPIPE", Integer.toString(SYNC_PIPE));
            environment.put("_OCI_STARTPIPE", Integer.toString(START_PIPE));
            var monitor = Spawn.of(handler.monitorPath(), arguments)
                    .environment(environment)
                    .workingDirectory(Path.of("/"))
                    .newSession()
                    .stderr(errors.write())
                    .pass(SYNC_PIPE, sync.write())
                    .pass(START_PIPE, start.read());
            try (var first = monitor.start();
                    var words = Collected.from(errors.read(), WORDS_BYTES)) {
                sync.write().close();
                start.read().close();
                errors.write().close();
                var hasForked = false;
                try {
                    release(first, start.write(), container.monitorCgroup());
                    var deadline = Deadline.in(handler.createTimeout());
                    awaitFork(files, first, words, deadline);
                    hasForked = true;
                    return awaitCreation(files, sync.read(), words, deadline);
                } finally {
                    if (!hasForked) {
                        end(first);
                    }
                }
            }
        }
    }

    private static void prepare(ContainerFiles files, ContainerProcess container) throws IOException {
        Files.createSymbolicLink(files.bundle(), container.bundle());
        if (container.hasLog()) {
            Files.createSymbolicLink(files.log(), container.logPath());
        }
    }

    private void release(Child first, Fd start, String cgroup) throws IOException {
        if (!cgroup.isEmpty()) {
            cgroups.call().addProcess(cgroup, first.pid());
        }
        try (start) {
            start.write(new byte[] {0});
        } catch (IOException ended) {
            // It did not get as far as reading: how it ended says why.
            return;
        }
    }

    private static void end(Child first) throws IOException, InterruptedException {
        first.killGroup(Signals.KILL);
        if (first.await(KILLED_WITHIN).isEmpty()) {
            throw new IOException(
                    "conmon " + first.pid() + " did not end within " + KILLED_WITHIN.toSeconds() + " s of SIGKILL");
        }
    }

    private static void awaitFork(ContainerFiles files, Child first, Collected words, Deadline deadline)
            throws IOException, InterruptedException {
        var status = first.await(deadline.left());
        if (status.isEmpty()) {
            throw failure(
                    files, "conmon did not fork within " + deadline.total().toSeconds() + " s", "", words);
        }
        if (!status.get().isSuccess()) {
            throw failure(files, "conmon ended with " + status.get().shellCode(), "", words);
        }
    }

    private Started awaitCreation(ContainerFiles files, Fd sync, Collected words, Deadline deadline)
            throws IOException, InterruptedException {
        var message = SyncMessage.read(sync, deadline);
        if (message.isEmpty()) {
            var what = deadline.isOver()
                    ? name() + " did not create it within " + deadline.total().toSeconds() + " s"
                    : "conmon ended without telling what came of it";
            throw failure(files, what, "", words);
        }
        var pid = message.get().created();
        if (pid.isEmpty()) {
            var said = message.get().message();
            throw failure(files, name() + " failed", said == null ? "" : said, words);
        }
        var init = InitProcess.of(pid.getAsInt());
        if (init.isPresent()) {
            init.get().write(files.init());
        }
        var monitorPid = ContainerFiles.number(files.monitorPid())
                .orElseThrow(() -> new IOException(files.monitorPid() + " does not hold a pid"));
        return new Started(pid.getAsInt(), monitorPid);
    }

    private String name() {
        return String.valueOf(handler.path().getFileName());
    }

    /// The runtime's log is the most exact; what it wrote to its standard error comes through the monitor; the
    /// monitor's own words say why the runtime was not even called.
    private static IOException failure(ContainerFiles files, String what, String said, Collected words)
            throws IOException, InterruptedException {
        var log = RuntimeWords.of(log(files.runtimeLog()));
        var reason = !log.isEmpty()
                ? log
                : !said.isEmpty() ? RuntimeWords.of(said) : RuntimeWords.of(words.end(WORDS_WITHIN));
        return new IOException("could not create container " + files.id() + ": " + what
                + (reason.isEmpty() ? ", without a word" : ": " + reason));
    }

    private static byte[] log(Path file) throws IOException {
        try (var bytes = Files.newInputStream(file)) {
            return bytes.readNBytes(WORDS_BYTES);
        } catch (NoSuchFileException none) {
            return new byte[0];
        }
    }
}
