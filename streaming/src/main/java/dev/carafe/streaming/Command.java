package dev.carafe.streaming;

import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A client that is served by a session on a thread of its own: exec or attach. Ends with the status on the client's
/// error stream; when the client goes first, the session is interrupted.
final class Command implements Client {
    private static final System.Logger LOG = System.getLogger(Command.class.getName());

    private final Request request;
    private final Streams streams;
    private final Ends ends;
    private final StatusObject status;
    private @Nullable Thread thread;
    private boolean isLost;

    Command(Request request, Streams streams, Ends ends, StatusObject status) {
        this.request = request;
        this.streams = streams;
        this.ends = ends;
        this.status = status;
    }

    /// The ends of the client's streams; absent are those that it has not.
    ///
    /// @param error how the session ended goes there
    record Ends(
            @Nullable Inbound stdin,
            @Nullable Outbound stdout,
            @Nullable Outbound stderr,
            @Nullable Sizes sizes,
            Outbound error) {
        List<Outbound> outputs() {
            return Stream.of(stdout, stderr, error).filter(Objects::nonNull).toList();
        }
    }

    /// @param finish called on the event loop when the status was handed to it
    synchronized void start(Sessions sessions, Channel channel, Runnable finish) {
        thread = Thread.ofVirtual().name("stream").unstarted(() -> run(sessions, channel, finish));
        thread.start();
    }

    private void run(Sessions sessions, Channel channel, Runnable finish) {
        try {
            ends.error.write(ByteBuffer.wrap(outcome(sessions)));
            for (var output : ends.outputs()) {
                output.drain();
            }
        } catch (IOException | InterruptedException gone) {
            LOG.log(System.Logger.Level.DEBUG, "a client did not wait for the end: {0}", gone.getMessage());
        } finally {
            dropInput();
            channel.eventLoop().execute(finish);
        }
    }

    private byte[] outcome(Sessions sessions) throws InterruptedException {
        try {
            return switch (request) {
                case Request.Exec exec -> status.exit(exec.by().exec(exec.containerId(), exec.command(), this));
                case Request.Attach attach -> {
                    sessions.attach(attach.containerId(), this);
                    yield status.success();
                }
                case Request.PortForward _ -> throw new IllegalStateException("no command");
            };
        } catch (IOException e) {
            return failed(e);
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "a stream's session failed by a bug", bug);
            return status.failure("the session failed; the daemon's log tells more");
        }
    }

    private synchronized byte[] failed(IOException e) {
        if (!isLost) {
            LOG.log(System.Logger.Level.INFO, "a stream ended: {0}", e.getMessage());
        }
        return status.failure(String.valueOf(e.getMessage()));
    }

    /// The connection has broken off.
    synchronized void lost() {
        isLost = true;
        dropInput();
        ends.outputs().forEach(Outbound::lost);
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void dropInput() {
        if (ends.stdin != null) {
            ends.stdin.lost();
        }
        if (ends.sizes != null) {
            ends.sizes.lost();
        }
    }

    @Override
    public Streams streams() {
        return streams;
    }

    @Override
    public boolean nextInput(Taker taker) throws IOException, InterruptedException {
        return ends.stdin != null && ends.stdin.next(taker);
    }

    @Override
    public void writeOutput(ByteBuffer bytes) throws IOException, InterruptedException {
        write(ends.stdout, bytes);
    }

    @Override
    public void writeError(ByteBuffer bytes) throws IOException, InterruptedException {
        write(ends.stderr, bytes);
    }

    private static void write(@Nullable Outbound to, ByteBuffer bytes) throws IOException, InterruptedException {
        if (to == null) {
            bytes.position(bytes.limit());
        } else {
            to.write(bytes);
        }
    }

    @Override
    public Optional<TerminalSize> nextSize() throws InterruptedException {
        return ends.sizes == null ? Optional.empty() : ends.sizes.next();
    }
}
