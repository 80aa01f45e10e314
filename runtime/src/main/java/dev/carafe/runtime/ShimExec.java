package dev.carafe.runtime;

import dev.carafe.linux.Fd;
import dev.carafe.linux.Signals;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Commands in a container under a shim.
final class ShimExec {
    private static final System.Logger LOG = System.getLogger(ShimExec.class.getName());
    private static final byte[] NOTHING = {};

    /// How long outputs are read on after the end, when something that was left in the background keeps them
    /// open.
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(1);

    private final ContainerFiles files;
    private final ShimTask task;

    ShimExec(ContainerFiles files, ShimTask task) {
        this.files = files;
        this.task = task;
    }

    /// As [OciRuntime#execSync(String, ExecProcess)].
    ExecResult collect(ExecProcess command) throws IOException, InterruptedException {
        try (var process = ShimProcess.prepare(files, task, command.process(), false);
                var out = open(process.streams().stdout());
                var err = open(process.streams().stderr())) {
            var refusal = process.start();
            if (refusal.isPresent()) {
                var words = refusal.get().words().getBytes(StandardCharsets.UTF_8);
                return new ExecResult(NOTHING, words, refusal.get().exitCode(), false, false);
            }
            try (var stdout = Collected.from(out, command.maxOutputBytes());
                    var stderr = Collected.from(err, command.maxOutputBytes())) {
                var code = await(process, command.timeout());
                var deadline = Deadline.in(DRAINED_WITHIN);
                return new ExecResult(
                        stdout.end(deadline.left()),
                        stderr.end(deadline.left()),
                        code.orElse(128 + Signals.KILL),
                        code.isEmpty(),
                        stdout.truncated() || stderr.truncated());
            }
        }
    }

    /// Empty when it was killed because its time was over.
    private static OptionalInt await(ShimProcess process, Duration timeout) throws IOException, InterruptedException {
        var isUnlimited = timeout.isZero() || timeout.compareTo(Deadline.NO_LIMIT) > 0;
        var code = process.await(isUnlimited ? Deadline.NO_LIMIT : timeout);
        if (code.isEmpty()) {
            process.kill();
        }
        return code;
    }

    private static Fd open(String fifo) throws IOException {
        return Fd.openFifoForReading(Path.of(fifo));
    }

    /// As [OciRuntime#exec(String, RuntimeSpec.Process, StreamPeer)].
    int carry(RuntimeSpec.Process command, StreamPeer peer) throws IOException, InterruptedException {
        var sources = new ArrayList<Fd>();
        try (var process = ShimProcess.prepare(files, task, command, peer.hasInput())) {
            var out = open(process.streams().stdout());
            sources.add(out);
            if (!command.terminal()) {
                sources.add(open(process.streams().stderr()));
            }
            var refusal = process.start();
            if (refusal.isPresent()) {
                var words = refusal.get().words().getBytes(StandardCharsets.UTF_8);
                peer.writeError(
                        ByteBuffer.allocateDirect(words.length).put(words).flip());
                return refusal.get().exitCode();
            }
            return carry(process, sources, peer);
        } finally {
            sources.forEach(Fd::close);
        }
    }

    private int carry(ShimProcess process, List<Fd> sources, StreamPeer peer) throws IOException, InterruptedException {
        var pumps = new ArrayList<OutputPump>();
        pumps.add(OutputPump.start(sources.getFirst(), peer::writeOutput));
        if (!process.streams().tty()) {
            pumps.add(OutputPump.start(sources.getLast(), peer::writeError));
        }
        var input = Thread.ofVirtual().unstarted(() -> feed(process, peer));
        if (peer.hasInput()) {
            input.start();
        }
        var sizes = Thread.ofVirtual().start(() -> resize(process, peer));
        try {
            var code = process.await(Deadline.NO_LIMIT).orElseThrow();
            for (var pump : pumps) {
                pump.drain(DRAINED_WITHIN);
            }
            return code;
        } finally {
            sizes.interrupt();
            input.interrupt();
        }
    }

    /// A terminal's end of input is for the client to type.
    private void feed(ShimProcess process, StreamPeer peer) {
        try (var input = Fifos.openForWriting(Path.of(process.streams().stdin()))) {
            InputPump.carry(peer, input, Chunks.BYTES, () -> endInput(process, input));
        } catch (IOException hasEnded) {
            LOG.log(System.Logger.Level.DEBUG, "nobody takes input: {0}", hasEnded.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endInput(ShimProcess process, Fd input) throws IOException {
        if (process.streams().tty()) {
            return;
        }
        input.close();
        try {
            task.closeInput(process.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void resize(ShimProcess process, StreamPeer peer) {
        try {
            for (var size = peer.nextSize(); size.isPresent(); size = peer.nextSize()) {
                task.resize(process.name(), size.get());
            }
        } catch (IOException | InterruptedException over) {
            return;
        }
    }
}
