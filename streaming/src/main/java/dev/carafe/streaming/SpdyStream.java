package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A stream that a SPDY client has opened. For the connection's event loop.
final class SpdyStream implements Wire {
    private final SpdyConnection connection;
    private final int id;
    private final Map<String, String> headers;
    private final ArrayDeque<Unsent> unsent = new ArrayDeque<>();
    private @Nullable Receiver receiver;

    /// What came before somebody was there to take it.
    private @Nullable ByteBuf early;

    private boolean isFinished;
    private boolean hasFinishedSending;
    private boolean hasClientFinished;
    private int sendWindow;
    private int toCredit;

    SpdyStream(SpdyConnection connection, int id, Map<String, String> headers, int sendWindow) {
        this.connection = connection;
        this.id = id;
        this.headers = headers;
        this.sendWindow = sendWindow;
    }

    private record Unsent(ByteBuf bytes, ChannelPromise sent) {}

    int id() {
        return id;
    }

    SpdyConnection connection() {
        return connection;
    }

    /// The value of a header; empty when it is not there.
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    void deliverTo(Receiver newReceiver) {
        receiver = newReceiver;
        if (early != null) {
            newReceiver.bytes(early);
            dropEarly();
        }
        if (hasClientFinished) {
            newReceiver.end();
        }
    }

    @Override
    public Channel channel() {
        return connection.channel();
    }

    @Override
    public void send(ByteBuf bytes, ChannelPromise sent) {
        if (isFinished || connection.isOver()) {
            bytes.release();
            sent.setFailure(new ClosedChannelException());
            return;
        }
        unsent.add(new Unsent(bytes, sent));
        sendWhatMay();
    }

    /// A client that does not count windows is sent everything at once; TCP holds it back.
    void sendWhatMay() {
        while (!unsent.isEmpty()) {
            var next = unsent.getFirst();
            var count = next.bytes.readableBytes();
            var may = connection.mayBeSent(sendWindow);
            if (may <= 0 && count > 0) {
                return;
            }
            sendWindow -= Math.min(may, count);
            connection.tookFromWindow(Math.min(may, count));
            if (may < count) {
                connection.sendData(
                        id, next.bytes.readRetainedSlice(may), false, channel().newPromise());
                return;
            }
            unsent.removeFirst();
            connection.sendData(id, next.bytes, false, next.sent);
        }
        if (isFinished && !hasFinishedSending) {
            hasFinishedSending = true;
            connection.sendData(
                    id, channel().alloc().buffer(0, 0), true, channel().newPromise());
            forgetWhenOver();
        }
    }

    void widen(int bytes) {
        sendWindow = SpdyConnection.widened(sendWindow, bytes);
        sendWhatMay();
    }

    @Override
    public void finish() {
        if (!isFinished && !connection.isOver()) {
            isFinished = true;
            sendWhatMay();
        }
    }

    @Override
    public void reset() {
        if (connection.isOpen(id)) {
            connection.forget(id);
            connection.sendReset(id, SpdyConnection.CANCEL);
            dropUnsent();
        }
        isFinished = true;
    }

    @Override
    public void dealtWith(int bytes) {
        toCredit += bytes;
        credit();
    }

    /// Opens the client's window again by what was dealt with.
    void credit() {
        if (toCredit >= SpdyConnection.RECEIVE_WINDOW_BYTES / 2 && connection.sendCredit(id, toCredit)) {
            toCredit = 0;
        }
    }

    void came(ByteBuf bytes, boolean last) {
        if (hasClientFinished) {
            return;
        }
        if (receiver != null) {
            receiver.bytes(bytes);
        } else if (!keep(bytes)) {
            return;
        }
        if (last) {
            hasClientFinished = true;
            if (receiver != null) {
                receiver.end();
            }
            forgetWhenOver();
        }
    }

    /// False when it was too much, and the stream is no more.
    private boolean keep(ByteBuf bytes) {
        if (early == null) {
            early = channel().alloc().buffer(0, SpdyConnection.RECEIVE_WINDOW_BYTES);
        }
        if (bytes.readableBytes() > early.maxWritableBytes()) {
            reset();
            return false;
        }
        early.writeBytes(bytes);
        return true;
    }

    private void dropEarly() {
        if (early != null) {
            early.release();
            early = null;
        }
    }

    private void forgetWhenOver() {
        if (hasFinishedSending && hasClientFinished) {
            connection.forget(id);
        }
    }

    /// The client reset it, or the connection broke off.
    void lost() {
        isFinished = true;
        hasClientFinished = true;
        dropUnsent();
        if (receiver != null) {
            receiver.lost();
        }
    }

    private void dropUnsent() {
        dropEarly();
        for (var next = unsent.poll(); next != null; next = unsent.poll()) {
            next.bytes.release();
            next.sent.tryFailure(new ClosedChannelException());
        }
    }
}
