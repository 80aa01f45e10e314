package dev.carafe.runtime;

import dev.carafe.linux.Cgroups;
import dev.carafe.linux.Child;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
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
import java.util.ArrayList;
import java.util.HashMap;

/// The creation of a container under conmon: conmon starts while the bundle is made; released, it forks away from us,
/// lets the runtime create the container, and tells on its sync pipe what came of it; then it moves to its control
/// group, for which nobody waits. What a failure leaves is for [DeleteContainer].
final class CreateContainer {
    private static final System.Logger LOG = System.getLogger(CreateContainer.class.getName());

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
    Begun begin(ContainerFiles files, ContainerProcess container) throws IOException {
        var arguments = MonitorArguments.of(handler, files, container);
        prepare(files, container);
        var pipes = Pipes.open();
        try {
            var environment = new HashMap<>(handler.monitorEnvironment());
            environment.put("_OCI_SYNCPIPE", Integer.toString(SYNC_PIPE));
            environment.put("_OCI_STARTPIPE", Integer.toString(START_PIPE));
            var first = Spawn.of(handler.monitorPath(), arguments)
                    .environment(environment)
                    .workingDirectory(Path.of("/"))
                    .newSession()
                    .stderr(pipes.errors.write())
                    .pass(SYNC_PIPE, pipes.sync.write())
                    .pass(START_PIPE, pipes.start.read())
                    .start();
            pipes.closeTheirs();
            return new Begun(files, container, first, pipes);
        } catch (IOException | RuntimeException e) {
            pipes.close();
            throw e;
        }
    }

    /// Between conmon and us.
    private record Pipes(Pipe sync, Pipe start, Pipe errors) implements AutoCloseable {
        static Pipes open() throws IOException {
            var opened = new ArrayList<Pipe>();
            try {
                while (opened.size() < 3) {
                    opened.add(Pipe.open());
                }
                return new Pipes(opened.get(0), opened.get(1), opened.get(2));
            } catch (IOException e) {
                opened.forEach(Pipe::close);
                throw e;
            }
        }

        void closeTheirs() {
            sync.write().close();
            start.read().close();
            errors.write().close();
        }

        @Override
        public void close() {
            sync.close();
            start.close();
            errors.close();
        }
    }

    /// conmon's first process, which waits for a word on its start pipe; at the pipe's end too it goes on, so it is
    /// killed where it shall not.
    final class Begun {
        private final ContainerFiles files;
        private final ContainerProcess container;
        private final Child first;
        private final Pipes pipes;
        private final Collected words;
        private boolean hasForked;
        private boolean isOver;

        private Begun(ContainerFiles files, ContainerProcess container, Child first, Pipes pipes) {
            this.files = files;
            this.container = container;
            this.first = first;
            this.pipes = pipes;
            words = Collected.from(pipes.errors.read(), WORDS_BYTES);
        }

        Started finish() throws IOException, InterruptedException {
            try {
                var deadline = Deadline.in(handler.createTimeout());
                release();
                makeCgroup(container.monitorCgroup()); // while the runtime is at work
                awaitFork(files, first, words, deadline);
                hasForked = true;
                var started = awaitCreation(files, pipes.sync.read(), words, deadline);
                moveLater(files, started.monitorPid(), container.monitorCgroup());
                return started;
            } finally {
                giveUp();
            }
        }

        private void release() throws IOException {
            try {
                pipes.start.write().write(new byte[1]);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EPIPE) { // it has ended, and its words tell why
                    throw e;
                }
            }
        }

        /// Nothing the second time.
        void giveUp() throws IOException, InterruptedException {
            if (isOver) {
                return;
            }
            isOver = true;
            try (first;
                    pipes) {
                if (!hasForked) {
                    end(first);
                }
            }
        }
    }

    static void prepare(ContainerFiles files, ContainerProcess container) throws IOException {
        Files.createSymbolicLink(files.bundle(), container.bundle());
        if (container.hasLog()) {
            Files.createSymbolicLink(files.log(), container.logPath());
        }
    }

    private void makeCgroup(String cgroup) throws IOException {
        if (!cgroup.isEmpty()) {
            cgroups.call().create(cgroup);
        }
    }

    /// A move takes the kernel up to some 20 ms when it is the first after a while: it waits until no processor is in
    /// the middle of a fork.
    private void moveLater(ContainerFiles files, int monitorPid, String cgroup) {
        if (!cgroup.isEmpty()) {
            Thread.ofPlatform()
                    .daemon()
                    .name("cgroup of monitor " + monitorPid)
                    .start(() -> move(files, monitorPid, cgroup));
        }
    }

    private void move(ContainerFiles files, int monitorPid, String cgroup) {
        try {
            var monitor = Monitor.open(monitorPid, files);
            if (monitor.isPresent()) {
                try (var running = monitor.get()) {
                    move(running, cgroup);
                }
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "monitor {0} stays in the daemon''s control group: {1}",
                    monitorPid,
                    e.getMessage());
        }
    }

    /// Its end, and that of its group, may come in between.
    private void move(Monitor monitor, String cgroup) throws IOException {
        try {
            cgroups.call().addProcess(cgroup, monitor.pid());
        } catch (IOException e) {
            if (!monitor.hasEnded()) {
                throw e;
            }
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
        var init = KnownProcess.of(pid.getAsInt());
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
