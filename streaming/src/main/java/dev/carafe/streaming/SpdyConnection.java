package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.spdy.DefaultSpdySettingsFrame;
import io.netty.handler.codec.spdy.SpdyFrameDecoder;
import io.netty.handler.codec.spdy.SpdyFrameDecoderDelegate;
import io.netty.handler.codec.spdy.SpdyFrameEncoder;
import io.netty.handler.codec.spdy.SpdySettingsFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/// A client's SPDY/3.1 connection: Netty reads and writes the frames, the streams are kept here.
///
/// The Go library of Kubernetes' clients has no flow control: it neither counts windows nor opens ours. So windows
/// hold only for a client that has sent SETTINGS or WINDOW_UPDATE; others are held back by TCP, on which a stream that
/// nobody reads stops its neighbours on the same connection.
final class SpdyConnection extends ByteToMessageDecoder implements SpdyFrameDecoderDelegate {
    /// Of each stream, for clients that count. With Inbound's pieces it stays below what pauses the connection.
    static final int RECEIVE_WINDOW_BYTES = 256 * 1024;

    /// Status codes of RST_STREAM (section 2.6.3).
    static final int PROTOCOL_ERROR = 1;

    static final int INVALID_STREAM = 2;
    static final int REFUSED_STREAM = 3;
    static final int CANCEL = 5;

    private static final int DEFAULT_WINDOW_BYTES = 64 * 1024;
    private static final int MAX_WINDOW_BYTES = Integer.MAX_VALUE / 4;
    private static final int CHUNK_BYTES = 64 * 1024;

    /// Answers to pings and to nonsense that a client has not read.
    private static final int MAX_ANSWERS_WAITING = 1000;

    /// Compressed parts of one block of headers.
    private static final int MAX_COMPRESSED_BYTES = 16 * 1024;

    private final SpdyFrameDecoder decoder = new SpdyFrameDecoder(SpdyVersion.SPDY_3_1, this, CHUNK_BYTES);
    private final SpdyFrameEncoder encoder = new SpdyFrameEncoder(SpdyVersion.SPDY_3_1);
    private final HeaderBlocks blocks = new HeaderBlocks();
    private final StoredBlocks emptyBlocks = new StoredBlocks();
    private final Map<Integer, SpdyStream> streams = new LinkedHashMap<>();
    private final Acceptor acceptor;
    private final int maxStreams;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Opening opening;
    private int compressedBytes;
    private int lastId;
    private boolean isOver;
    private boolean doesClientCount;
    private int initialSendWindow = DEFAULT_WINDOW_BYTES;
    private int sendWindow = DEFAULT_WINDOW_BYTES;
    private int answersWaiting;
    private int toCredit;

    SpdyConnection(Acceptor acceptor, int maxStreams) {
        this.acceptor = acceptor;
        this.maxStreams = maxStreams;
    }

    /// Who gets the streams that the client opens. Called on the connection's event loop.
    interface Acceptor {
        /// False refuses the stream.
        boolean accept(SpdyStream stream);

        /// The connection has broken off; its streams have been told.
        void lost();
    }

    private record Opening(int id, boolean last) {}

    Channel channel() {
        return context().channel();
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not yet in a pipeline");
        }
        return context;
    }

    boolean isOver() {
        return isOver;
    }

    boolean isOpen(int id) {
        return streams.containsKey(id);
    }

    void forget(int id) {
        streams.remove(id);
    }

    /// No stream that is opened from now on is taken, and what taking one needs is given back.
    void takeNoMore() {
        blocks.close();
    }

    /// Says goodbye after all that was sent, and closes when the client has.
    void end() {
        if (!isOver) {
            isOver = true;
            blocks.close();
            var goAway = encoder.encodeGoAwayFrame(context().alloc(), lastId, 0);
            Farewell.say(context(), context().writeAndFlush(goAway));
        }
    }

    // -- sending

    /// How much of a stream's bytes may be sent now.
    int mayBeSent(int streamWindow) {
        return doesClientCount ? Math.min(streamWindow, sendWindow) : Integer.MAX_VALUE;
    }

    void tookFromWindow(int bytes) {
        sendWindow -= bytes;
    }

    void sendData(int id, ByteBuf bytes, boolean last, ChannelPromise sent) {
        var frame = encoder.encodeDataFrame(context().alloc(), id, last, bytes);
        bytes.release();
        var _ = context().writeAndFlush(frame, sent);
    }

    void sendReset(int id, int status) {
        answer(encoder.encodeRstStreamFrame(context().alloc(), id, status));
    }

    /// False when it can't be sent now: the client does not read, and will be told when it does.
    boolean sendCredit(int id, int bytes) {
        if (doesClientCount && !isOver && !channel().isWritable()) {
            return false;
        }
        if (doesClientCount && !isOver) {
            answer(encoder.encodeWindowUpdateFrame(context().alloc(), id, bytes));
        }
        return true;
    }

    /// Of the connection's own window: credited at once, since the streams' windows bound what waits.
    private void credit(int bytes) {
        toCredit += bytes;
        if (toCredit >= DEFAULT_WINDOW_BYTES / 2 && sendCredit(0, toCredit)) {
            toCredit = 0;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) throws Exception {
        credit(0);
        List.copyOf(streams.values()).forEach(SpdyStream::credit);
        super.channelWritabilityChanged(changed);
    }

    private void answer(ByteBuf frame) {
        if (++answersWaiting > MAX_ANSWERS_WAITING) {
            frame.release();
            var _ = context().close();
            return;
        }
        context().writeAndFlush(frame).addListener(_ -> answersWaiting--);
    }

    // -- receiving

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    protected void decode(ChannelHandlerContext ignored, ByteBuf in, List<Object> out) {
        if (isOver) {
            in.skipBytes(in.readableBytes());
        } else {
            decoder.decode(in);
        }
    }

    /// Without what the library's own would do: ask for more where it saw no message go on, and ours never do. A gate
    /// that is closed would not hold.
    @Override
    public void channelReadComplete(ChannelHandlerContext read) {
        discardSomeReadBytes();
        read.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) throws Exception {
        breakOff();
        super.channelInactive(closed);
    }

    @Override
    public void handlerRemoved0(ChannelHandlerContext removed) {
        breakOff();
    }

    private void breakOff() {
        isOver = true;
        blocks.close();
        var open = new ArrayList<>(streams.values());
        streams.clear();
        open.forEach(SpdyStream::lost);
        acceptor.lost();
    }

    private void fail(int status) {
        if (!isOver) {
            isOver = true;
            context()
                    .writeAndFlush(encoder.encodeGoAwayFrame(context().alloc(), lastId, status))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void readSynStreamFrame(int id, int associated, byte priority, boolean last, boolean unidirectional) {
        if (id <= lastId || id % 2 == 0) {
            fail(PROTOCOL_ERROR);
            return;
        }
        lastId = id;
        compressedBytes = 0;
        opening = new Opening(id, last);
    }

    @Override
    public void readSynReplyFrame(int id, boolean last) {
        fail(PROTOCOL_ERROR);
    }

    /// Their block is inflated, since later blocks refer to it, and then dropped.
    @Override
    public void readHeadersFrame(int id, boolean last) {
        compressedBytes = 0;
        opening = null;
        var stream = streams.get(id);
        if (stream != null && last) {
            stream.came(Unpooled.EMPTY_BUFFER, true);
        }
    }

    @Override
    public void readHeaderBlock(ByteBuf part) {
        try {
            compressedBytes += part.readableBytes();
            if (isOver) {
                return;
            }
            if (compressedBytes > MAX_COMPRESSED_BYTES) {
                throw new DataFormatException("headers of more than " + MAX_COMPRESSED_BYTES + " compressed bytes");
            }
            blocks.add(part);
        } catch (DataFormatException wrong) {
            fail(PROTOCOL_ERROR);
        } finally {
            part.release();
        }
    }

    @Override
    public void readHeaderBlockEnd() {
        if (isOver) {
            return;
        }
        try {
            var headers = blocks.end();
            if (opening != null) {
                open(opening, headers);
            }
        } catch (DataFormatException wrong) {
            fail(PROTOCOL_ERROR);
        } finally {
            opening = null;
        }
    }

    private void open(Opening asked, Map<String, String> headers) {
        var stream = new SpdyStream(this, asked.id, headers, initialSendWindow);
        streams.put(asked.id, stream);
        if (streams.size() > maxStreams || !acceptor.accept(stream)) {
            streams.remove(asked.id);
            sendReset(asked.id, REFUSED_STREAM);
            return;
        }
        if (asked.last) {
            stream.came(Unpooled.EMPTY_BUFFER, true);
        }
    }

    /// Tells the client that its stream is taken. To be called once for each, before anything is sent on it.
    void reply(SpdyStream stream) {
        var block = emptyBlocks.next(context().alloc());
        answer(encoder.encodeSynReplyFrame(context().alloc(), stream.id(), false, block));
        block.release();
    }

    @Override
    public void readDataFrame(int id, boolean last, ByteBuf bytes) {
        try {
            if (isOver) {
                return;
            }
            var stream = streams.get(id);
            credit(bytes.readableBytes());
            if (stream != null) {
                stream.came(bytes, last);
            } else if (id > lastId || id % 2 == 0) {
                sendReset(id, INVALID_STREAM);
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void readRstStreamFrame(int id, int status) {
        var stream = streams.remove(id);
        if (stream != null) {
            stream.lost();
        }
    }

    @Override
    public void readSettingsFrame(boolean clearPersisted) {
        if (!doesClientCount && !isOver) {
            doesClientCount = true;
            var settings = new DefaultSpdySettingsFrame();
            settings.setValue(SpdySettingsFrame.SETTINGS_INITIAL_WINDOW_SIZE, RECEIVE_WINDOW_BYTES);
            answer(encoder.encodeSettingsFrame(context().alloc(), settings));
        }
    }

    @Override
    public void readSetting(int id, int value, boolean persist, boolean persisted) {
        if (id != SpdySettingsFrame.SETTINGS_INITIAL_WINDOW_SIZE) {
            return;
        }
        if (value < 0 || value > MAX_WINDOW_BYTES) {
            fail(PROTOCOL_ERROR);
            return;
        }
        var more = value - initialSendWindow;
        initialSendWindow = value;
        for (var stream : List.copyOf(streams.values())) {
            stream.widen(more);
        }
    }

    @Override
    public void readSettingsEnd() {
        // Each setting has been taken up as it came.
    }

    @Override
    public void readPingFrame(int id) {
        // Even ones would be answers to ours, and we send none.
        if (id % 2 != 0 && !isOver) {
            answer(encoder.encodePingFrame(context().alloc(), id));
        }
    }

    /// The client closes the connection itself when it is done.
    @Override
    public void readGoAwayFrame(int lastGoodId, int status) {
        takeNoMore();
    }

    @Override
    public void readWindowUpdateFrame(int id, int bytes) {
        doesClientCount = true;
        if (id == 0) {
            sendWindow = widened(sendWindow, bytes);
            List.copyOf(streams.values()).forEach(SpdyStream::sendWhatMay);
            return;
        }
        var stream = streams.get(id);
        if (stream != null) {
            stream.widen(bytes);
        }
    }

    /// Never so wide that it overflows.
    static int widened(int window, int bytes) {
        return (int) Math.min((long) window + bytes, MAX_WINDOW_BYTES);
    }

    @Override
    public void readFrameError(String message) {
        fail(PROTOCOL_ERROR);
    }
}
