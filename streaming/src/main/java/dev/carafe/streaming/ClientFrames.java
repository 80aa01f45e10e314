package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;

/// Prepares a WebSocket client's frames for the library's decoder, which holds each whole before anybody sees it, and
/// unmasks it slowly. Long frames are fragmented, so that one may have any length (RFC 6455, section 5.4: who stands
/// between may change how a message is fragmented), and all are unmasked (section 5.3): what goes on has a key of 0.
/// What is wrong goes on, and is refused by the decoder. For the connection's event loop.
final class ClientFrames extends ChannelInboundHandlerAdapter {
    /// Of what goes on, the most in one frame.
    static final int MAX_BYTES = 128 * 1024;

    private static final int MAX_HEADER_BYTES = 14;
    private static final int FIN = 0x80;
    private static final int RESERVED_AND_OPCODE = 0x7F;
    private static final int CONTROL = 0x08;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7F;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;
    private static final int MAX_SHORT_LENGTH = 0xFFFF;

    /// What came of a frame's header.
    private final ByteBuffer header = ByteBuffer.allocate(MAX_HEADER_BYTES);

    private final Mask mask = new Mask();

    /// What is still to come of the payload that goes on.
    private long left;

    /// What is still to come of a long frame's, in fragments that have not begun.
    private long fragmented;

    private int firstByte;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf came)) {
            context.fireChannelRead(message);
            return;
        }
        var bytes = writable(context, came);
        try {
            var gone = bytes.readerIndex();
            while (bytes.isReadable()) {
                var at = bytes.readerIndex();
                if (left > 0) {
                    payload(bytes);
                } else if (fragmented > 0) {
                    pass(context, bytes, gone, at);
                    gone = at;
                    begin(context, 0);
                } else {
                    gone = header(context, bytes, gone);
                }
            }
            pass(context, bytes, gone, bytes.readerIndex());
        } finally {
            bytes.release();
        }
    }

    /// In one piece, which is nobody else's.
    private static ByteBuf writable(ChannelHandlerContext context, ByteBuf came) {
        if (came.nioBufferCount() == 1 && !came.isReadOnly() && came.refCnt() == 1) {
            return came;
        }
        try {
            return context.alloc().buffer(came.readableBytes()).writeBytes(came);
        } finally {
            came.release();
        }
    }

    private void payload(ByteBuf bytes) {
        var count = (int) Math.min(left, bytes.readableBytes());
        mask.takeOff(bytes.nioBuffer(bytes.readerIndex(), count));
        bytes.skipBytes(count);
        left -= count;
    }

    private static void pass(ChannelHandlerContext context, ByteBuf bytes, int from, int to) {
        if (from < to) {
            context.fireChannelRead(bytes.retainedSlice(from, to - from));
        }
    }

    /// @param gone up to where the buffer has gone on
    /// @return the same afterwards
    private int header(ChannelHandlerContext context, ByteBuf bytes, int gone) {
        var at = bytes.readerIndex();
        var isSplit = header.position() > 0;
        while (bytes.isReadable() && header.position() < headerBytes()) {
            header.put(bytes.readByte());
        }
        if (header.position() < headerBytes()) {
            pass(context, bytes, gone, at);
            return bytes.readerIndex();
        }
        var length = payloadBytes();
        var key = isMasked() ? header.position() - Integer.BYTES : -1;
        mask.begin(key < 0 ? 0 : header.getInt(key));
        if (length > MAX_BYTES && isMasked() && (header.get(0) & CONTROL) == 0) {
            pass(context, bytes, gone, at);
            firstByte = header.get(0);
            header.clear();
            fragmented = length;
            begin(context, firstByte & RESERVED_AND_OPCODE);
            return bytes.readerIndex();
        }
        left = length < 0 ? Long.MAX_VALUE : length;
        if (isSplit) {
            var whole = Unpooled.copiedBuffer(header.flip());
            context.fireChannelRead(key < 0 ? whole : whole.setInt(key, 0));
        } else if (key >= 0) {
            bytes.setInt(at + key, 0);
        }
        header.clear();
        return isSplit ? bytes.readerIndex() : gone;
    }

    /// As far as it can be told.
    private int headerBytes() {
        if (header.position() < 2) {
            return 2;
        }
        var lengthBytes = switch (header.get(1) & LENGTH) {
            case SHORT_LENGTH -> Short.BYTES;
            case LONG_LENGTH -> Long.BYTES;
            default -> 0;
        };
        return 2 + lengthBytes + (isMasked() ? Integer.BYTES : 0);
    }

    private boolean isMasked() {
        return (header.get(1) & MASKED) != 0;
    }

    private long payloadBytes() {
        var length = header.get(1) & LENGTH;
        return switch (length) {
            case SHORT_LENGTH -> Short.toUnsignedInt(header.getShort(2));
            case LONG_LENGTH -> header.getLong(2);
            default -> length;
        };
    }

    /// The next fragment of a long frame.
    private void begin(ChannelHandlerContext context, int opcode) {
        left = Math.min(fragmented, MAX_BYTES);
        fragmented -= left;
        var begun = context.alloc().buffer(MAX_HEADER_BYTES);
        begun.writeByte(opcode | (fragmented == 0 ? firstByte & FIN : 0));
        // The shortest way to say a length is the only one that is allowed.
        if (left < SHORT_LENGTH) {
            begun.writeByte(MASKED | (int) left);
        } else if (left <= MAX_SHORT_LENGTH) {
            begun.writeByte(MASKED | SHORT_LENGTH).writeShort((int) left);
        } else {
            begun.writeByte(MASKED | LONG_LENGTH).writeLong(left);
        }
        context.fireChannelRead(begun.writeInt(0));
    }
}
