package dev.carafe.runtime;

import dev.carafe.linux.Child;
import dev.carafe.linux.Pipe;
import dev.carafe.linux.Terminal;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A command in a container whose streams a peer has, by the runtime's own `exec` and without a monitor. With a
/// terminal
/// the runtime gets one of ours, raw, and stands between it and the command's: so nothing but the runtime's usual
/// foreground work is asked of it, and its exit code comes as that of any other command.
final class ExecStreams {
    private static final System.Logger LOG = System.getLogger(ExecStreams.class.getName());

    /// When nothing comes for so long after the end, what was left in the background keeps the output open.
    private static final Duration SILENT_AFTER_END = Duration.ofSeconds(1);

    private final RuntimeProgram program;

    ExecStreams(RuntimeProgram program) {
        this.program = program;
    }

    int run(String id, RuntimeSpec.Process command, StreamPeer peer) throws IOException, InterruptedException {
        return command.terminal() ? runOnTerminal(id, command, peer) : runOnPipes(id, command, peer);
    }

    private int runOnPipes(String id, RuntimeSpec.Process command, StreamPeer peer)
            throws IOException, InterruptedException {
        try (var launch = ExecLaunch.prepare(program, id);
                var in = Pipe.open();
                var out = Pipe.open();
                var err = Pipe.open()) {
            var spawn = launch.spawn().stdout(out.write()).stderr(err.write());
            if (peer.hasInput()) {
                spawn.stdin(in.read());
            }
            try (var runtime = spawn.start()) {
                in.read().close();
                out.write().close();
                err.write().close();
                if (peer.hasInput()) {
                    InputPump.start(peer, in.write(), Chunks.BYTES, in.write()::close);
                }
                try (var stdout = OutputPump.start(out.read(), peer::writeOutput);
                        var stderr = OutputPump.start(err.read(), peer::writeError)) {
                    return await(launch, runtime, command, List.of(stdout, stderr));
                }
            }
        }
    }

    private int runOnTerminal(String id, RuntimeSpec.Process command, StreamPeer peer)
            throws IOException, InterruptedException {
        try (var launch = ExecLaunch.prepare(program, id);
                var terminal = Terminal.open()) {
            try (var runtime = launch.spawn().terminal(terminal).start()) {
                terminal.leaveToChild();
                if (peer.hasInput()) {
                    InputPump.start(peer, terminal.master(), Chunks.BYTES, () -> {});
                }
                var sizes = Thread.ofVirtual().start(() -> resize(terminal, runtime.pid(), peer));
                try (var output = OutputPump.start(terminal.master(), peer::writeOutput)) {
                    return await(launch, runtime, command, List.of(output));
                } finally {
                    sizes.interrupt();
                }
            }
        }
    }

    private static void resize(Terminal terminal, int runtime, StreamPeer peer) {
        try {
            for (var size = peer.nextSize(); size.isPresent(); size = peer.nextSize()) {
                terminal.resize(size.get().rows(), size.get().columns());
                resizeBehind(runtime, size.get());
            }
        } catch (IOException | InterruptedException over) {
            return;
        }
    }

    /// The command's own terminal: crun (1.8) takes the size over when it starts, and then no more.
    private static void resizeBehind(int runtime, StreamPeer.WindowSize size) throws IOException {
        for (var process : HostProcess.all()) {
            if (process.parent() == runtime) {
                try {
                    Terminal.resize(Path.of("/proc/" + process.pid() + "/fd/0"), size.rows(), size.columns());
                } catch (IOException hasEnded) {
                    LOG.log(System.Logger.Level.DEBUG, "a terminal was not resized: {0}", hasEnded.getMessage());
                }
            }
        }
    }

    private static int await(ExecLaunch launch, Child runtime, RuntimeSpec.Process command, List<OutputPump> outputs)
            throws IOException, InterruptedException {
        var isOver = false;
        try (var report =
                launch.tell(runtime, command, time -> outputs.stream().allMatch(output -> output.isIdleFor(time)))) {
            var status = runtime.await(Deadline.NO_LIMIT).orElseThrow();
            var code = launch.exitCode(status, report);
            for (var output : outputs) {
                output.drain(SILENT_AFTER_END);
            }
            isOver = true;
            return code;
        } finally {
            if (!isOver) {
                ExecLaunch.kill(runtime);
            }
        }
    }
}
