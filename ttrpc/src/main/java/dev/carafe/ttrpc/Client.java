package dev.carafe.ttrpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.carafe.linux.Fd;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// A connection to one service, over which nothing but answers comes. Whatever breaks the protocol closes it, and
/// all who wait for it learn so at once; an answer that does not come holds up only its own call. Safe for all
/// threads.
public final class Client implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Client.class.getName());

    private static final int CHUNK_BYTES = 16 * 1024;

    private final Fd socket;
    private final String service;
    private final Outgoing outgoing;
    private final Calls calls = new Calls(this::send);
    private volatile boolean closed;

    /// @param socket its own from now on
    public Client(Fd socket, String service) {
        this.socket = socket;
        this.service = service;
        outgoing = new Outgoing(socket);
        Thread.ofVirtual().name("ttrpc reader").start(this::read);
        Thread.ofVirtual().name("ttrpc writer").start(this::write);
    }

    /// As [#ask], but where no answer in time is an error.
    public ByteString call(String method, MessageLite request, Duration limit)
            throws IOException, InterruptedException {
        return ask(method, request, limit)
                .orElseThrow(() -> new IOException("no answer within " + limit.toMillis() + " ms"));
    }

    /// @param limit [Calls#NO_LIMIT] or how long the answer may take
    /// @return empty when none came in time
    /// @throws CallException with the other side's words when it says that it failed
    public Optional<ByteString> ask(String method, MessageLite request, Duration limit)
            throws IOException, InterruptedException {
        return calls.call(service, method, request, limit);
    }

    private void send(Frame frame) throws IOException {
        if (frame.data().size() > Frame.MOST_DATA_BYTES) {
            throw new IOException("a message of " + frame.data().size() + " bytes is too long");
        }
        if (!outgoing.offer(frame.bytes())) {
            close();
            throw new IOException("it does not read what it is sent");
        }
    }

    private void write() {
        try {
            outgoing.write();
        } catch (IOException e) {
            lost(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        var frames = new Frames();
        var chunk = new byte[CHUNK_BYTES];
        try {
            for (var n = socket.read(chunk, 0, chunk.length); n >= 0; n = socket.read(chunk, 0, chunk.length)) {
                for (var frame : frames.take(Arrays.copyOf(chunk, n))) {
                    calls.answered(frame);
                }
            }
            close();
        } catch (IOException e) {
            lost(e);
        }
    }

    private void lost(IOException why) {
        if (!closed) {
            LOG.log(System.Logger.Level.DEBUG, "closing a connection to {0}: {1}", service, why.getMessage());
        }
        close();
    }

    public boolean isClosed() {
        return closed;
    }

    /// Idempotent.
    @Override
    public void close() {
        closed = true;
        socket.close();
        outgoing.end();
        calls.close();
    }
}
