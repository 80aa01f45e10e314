package dev.carafe.runtime;

import dev.carafe.api.shim.WaitResponse;
import dev.carafe.linux.Fd;
import dev.carafe.ttrpc.Calls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What the daemon does for a container under a shim, which a monitor does for others: it carries the output to
/// the log and to who is attached, holds the input, waits for the end and leaves the exit file. It is made anew
/// when the daemon starts again. Safe for all threads.
final class ShimContainer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ShimContainer.class.getName());

    /// When nothing comes for so long after the end, what was left in the background keeps the output open.
    private static final Duration SILENT_AFTER_END = Duration.ofSeconds(1);

    /// A connection that broke while the shim lives is made again after this time, and after twice as much each
    /// time.
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /// The FIFO in the bundle to which a shim logs.
    static final String OWN_LOG = "log";

    private final ContainerFiles files;
    private final ShimFile known;
    private final Parts parts;
    private final CriLog log;
    private final AttachedPeers peers = new AttachedPeers(AttachedPeers.TAKES_WITHIN);
    private final List<Fd> opened = new ArrayList<>();
    private final List<OutputPump> pumps = new ArrayList<>();
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile ShimTask task;
    private volatile boolean closed;
    private final ReentrantLock inputLock = new ReentrantLock();
    private volatile @Nullable Fd input;

    /// What is the same for all containers of a handler.
    record Parts(HostCgroups cgroups, boolean syncsLog, Clock clock) {}

    private ShimContainer(ContainerFiles files, ShimFile known, ShimTask task, CriLog log, Parts parts) {
        this.files = files;
        this.known = known;
        this.task = task;
        this.log = log;
        this.parts = parts;
    }

    /// Connects to its shim and reads its output from then on.
    static ShimContainer open(ContainerFiles files, ShimFile known, Parts parts) throws IOException {
        var task = ShimTask.connect(known.address(), files.id());
        try {
            var log = CriLog.open(logPath(files), known.logSizeMaxBytes(), parts.clock);
            var container = new ShimContainer(files, known, task, log, parts);
            try {
                container.openOutputs();
                return container;
            } catch (IOException | RuntimeException e) {
                container.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            task.close();
            throw e;
        }
    }

    private static Path logPath(ContainerFiles files) throws IOException {
        try {
            return Files.readSymbolicLink(files.log());
        } catch (NoSuchFileException hasNone) {
            return Path.of("");
        }
    }

    private void openOutputs() throws IOException {
        var words = Fd.openFifoForReading(files.bundle().resolve(OWN_LOG));
        opened.add(words);
        OutputPump.startOnceThereIsSome(words, this::note);
        var streams = Fifos.streams(files, "", known.stdin(), known.tty());
        carry(streams.stdout(), CriLog.Stream.STDOUT);
        if (!streams.stderr().isEmpty()) {
            carry(streams.stderr(), CriLog.Stream.STDERR);
        }
    }

    /// What the shim logs of itself.
    private void note(ByteBuffer bytes) {
        var text = new byte[bytes.remaining()];
        bytes.get(text);
        LOG.log(System.Logger.Level.DEBUG, () -> "the shim of " + files.id() + ": " + RuntimeWords.of(text));
    }

    private void carry(String fifo, CriLog.Stream stream) throws IOException {
        var source = Fd.openFifoForReading(Path.of(fifo));
        opened.add(source);
        pumps.add(OutputPump.startOnceThereIsSome(source, bytes -> take(stream, bytes)));
    }

    private void take(CriLog.Stream stream, ByteBuffer bytes) throws InterruptedException {
        var whole = bytes.duplicate();
        log.write(stream, bytes);
        peers.tell(stream, whole);
    }

    ShimTask task() {
        return task;
    }

    /// Waits for the first process's end from now on, once it is created.
    void watch() {
        Thread.ofVirtual().name("shim of " + files.id()).start(() -> {
            try {
                awaitEnd().ifPresent(this::ended);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                told.countDown();
            }
        });
    }

    /// Waits until its end is told, or can't be any more; for as long at the most.
    void awaitTold(Duration limit) throws InterruptedException {
        var _ = told.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Empty when the shim is gone, or does not know the container: then nobody can tell.
    private Optional<WaitResponse> awaitEnd() throws InterruptedException {
        var pause = FIRST_PAUSE;
        while (!closed) {
            try {
                return task.await("", Calls.NO_LIMIT);
            } catch (ShimTask.Refused e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the shim of {0} can''t wait for it: {1}",
                        files.id(),
                        e.getMessage());
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "the connection to the shim of {0} is lost: {1}", files.id(), e);
            }
            if (closed || !isShimAlive()) {
                return Optional.empty();
            }
            Thread.sleep(pause);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            reconnect();
        }
        return Optional.empty();
    }

    private boolean isShimAlive() {
        try {
            var monitor = Monitor.open(files);
            monitor.ifPresent(Monitor::close);
            return monitor.isPresent();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "whether the shim of " + files.id() + " lives is not known", e);
            return true;
        }
    }

    private void reconnect() {
        if (!task.isClosed()) {
            return;
        }
        try {
            task = ShimTask.connect(known.address(), files.id());
            if (closed) {
                task.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the shim of {0} can''t be reached: {1}", files.id(), e.getMessage());
        }
    }

    private void ended(WaitResponse end) {
        try {
            for (var pump : pumps) {
                pump.drain(SILENT_AFTER_END);
            }
            log.end();
            peers.end();
            if (parts.syncsLog) {
                log.sync();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the log of container " + files.id() + " may not be on disk", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        writeExit(end);
    }

    /// What is being removed gets none any more.
    private synchronized void writeExit(WaitResponse end) {
        if (closed) {
            return;
        }
        try {
            noteMemory(end);
            Files.writeString(files.newExit(), Integer.toUnsignedString(end.getExitStatus()));
            Files.setLastModifiedTime(files.newExit(), FileTime.from(at(end)));
            Files.move(files.newExit(), files.exit(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "the end of container " + files.id() + " can't be told", e);
        }
    }

    private void noteMemory(WaitResponse end) throws IOException {
        try {
            if (end.getExitStatus() == ContainerExit.UNSEEN_CODE && parts.cgroups.hasOomKills(files)) {
                Files.createFile(files.oom());
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "whether container {0} was out of memory is not known: {1}",
                    files.id(),
                    e);
        }
    }

    /// What the shim says, if it can be: since the container was made, and not in times to come.
    private Instant at(WaitResponse end) throws IOException {
        var now = parts.clock.instant();
        var earliest = Files.getLastModifiedTime(files.shim()).toInstant();
        var said = end.getExitedAt();
        var isPossible = end.hasExitedAt()
                && said.getSeconds() >= earliest.getEpochSecond()
                && said.getSeconds() <= now.getEpochSecond();
        var at = isPossible
                ? Instant.ofEpochSecond(said.getSeconds(), Math.clamp(said.getNanos(), 0, 999_999_999))
                : now;
        return at.isBefore(earliest) || at.isAfter(now) ? now : at;
    }

    void reopenLog() throws IOException {
        log.reopen();
    }

    /// As [OciRuntime#attach(String, StreamPeer)].
    void attach(StreamPeer peer) throws IOException, InterruptedException {
        if (Files.exists(files.exit())) {
            throw new IOException("container " + files.id() + " has ended");
        }
        var taker = known.stdin() && peer.hasInput() ? Optional.of(input()) : Optional.<Fd>empty();
        // Before it sends anything, so that it sees what comes of that.
        var attached = peers.join();
        taker.ifPresent(fd -> InputPump.start(peer, fd, Chunks.BYTES, this::endInput));
        var sizes = Thread.ofVirtual().start(() -> resize(peer));
        try {
            peers.serve(attached, peer);
        } finally {
            sizes.interrupt();
            if (peer.hasInput()) {
                endInput();
            }
        }
    }

    /// Kept open: some shims take it for the end when the last who writes goes.
    private Fd input() throws IOException, InterruptedException {
        inputLock.lockInterruptibly();
        try {
            var opened = input;
            if (opened == null) {
                opened = Fifos.openForWriting(files.fifo("", "stdin"));
                input = opened;
            }
            return opened;
        } finally {
            inputLock.unlock();
        }
    }

    /// The input of `stdin_once` containers ends with the first who was attached. Idempotent.
    private void endInput() throws IOException {
        if (!known.stdinOnce()) {
            return;
        }
        closeOpenedInput();
        try {
            task.closeInput("");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeOpenedInput() {
        var opened = input;
        if (opened != null) {
            opened.close();
        }
    }

    private void resize(StreamPeer peer) {
        try {
            for (var size = peer.nextSize(); size.isPresent(); size = peer.nextSize()) {
                task.resize("", size.get());
            }
        } catch (IOException | InterruptedException over) {
            return;
        }
    }

    /// Lets go of it; the container goes on, and its output waits. Idempotent.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        closeOpenedInput();
        task.close();
        opened.forEach(Fd::close);
        try {
            // What was read is written.
            for (var pump : pumps) {
                pump.drain(Duration.ZERO);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }
}
