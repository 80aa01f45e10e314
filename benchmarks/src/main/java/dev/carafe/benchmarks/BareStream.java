package dev.carafe.benchmarks;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A WebSocket client of a command or of one forwarded port that does next to nothing with the bytes, so that a
/// measurement shows the server. For one thread that sends and one that receives.
final class BareStream implements AutoCloseable {
    /// What is larger goes around it.
    private static final int BUFFER_BYTES = 8 * 1024;

    private static final int SKIPPED_AT_ONCE_BYTES = 256 * 1024;
    private static final int DATA_CHANNEL = 0;
    private static final int OUTPUT_CHANNEL = 1;
    private static final int ERROR_CHANNEL = 3;
    private static final int CLOSE = 8;
    private static final int LONG_LENGTH = 127;
    private static final int SHORT_LENGTH = 126;

    private static final int MAX_SHORT_LENGTH = 0xFFFF;
    private static final int MAX_HEADER_BYTES = 14;
    private static final byte WHOLE_BINARY_MESSAGE = (byte) 0x82;
    private static final int MASKED = 0x80;

    /// Any but 0, with which a server has nothing to do.
    private static final int MASK = 0x5AC3_0FF1;

    private final Socket socket;
    private final DataInputStream in;
    private byte[] skipped = {};

    private BareStream(Socket socket, DataInputStream in) {
        this.socket = socket;
        this.in = in;
    }

    /// Of a command.
    static BareStream open(URI url) throws IOException {
        return open(url, "v5.channel.k8s.io");
    }

    /// Of the first port of the URL.
    static PodServer.Link port(URI url) throws IOException {
        var stream = open(url, "v4.channel.k8s.io");
        return new PodServer.Link(stream.new Input(), stream.new Output(), stream.socket);
    }

    private static BareStream open(URI url, String protocol) throws IOException {
        var socket = new Socket(url.getHost(), url.getPort());
        try {
            var stream = new BareStream(
                    socket, new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES)));
            stream.shakeHands(url.getPath(), protocol);
            return stream;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void shakeHands(String path, String protocol) throws IOException {
        socket.setTcpNoDelay(true);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n"
                                + "Sec-WebSocket-Protocol: " + protocol + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        var answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) in.readUnsignedByte());
        }
        if (!answer.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no WebSocket: " + answer);
        }
    }

    /// What begins: a message's bytes follow. Of the session's end the channel is -1.
    private record Message(int channel, long bytes) {
        private static final Message END = new Message(-1, 0);

        boolean isEnd() {
            return channel < 0;
        }
    }

    /// Empty ones are passed over.
    private Message next() throws IOException {
        while (true) {
            var opcode = in.readUnsignedByte() & 0xF;
            var length = length();
            if (opcode == CLOSE) {
                return Message.END;
            }
            if (length > 0) {
                return new Message(in.readUnsignedByte(), length - 1);
            }
        }
    }

    /// Reads to the end of the session.
    ///
    /// @return how many bytes of output came
    long receive() throws IOException {
        var output = 0L;
        for (var message = next(); !message.isEnd(); message = next()) {
            output += message.channel == OUTPUT_CHANNEL ? message.bytes : 0;
            skip(message.bytes);
        }
        return output;
    }

    /// By reading, in large parts.
    private void skip(long count) throws IOException {
        if (skipped.length == 0) {
            skipped = new byte[SKIPPED_AT_ONCE_BYTES];
        }
        for (var left = count; left > 0; ) {
            var part = (int) Math.min(left, skipped.length);
            in.readFully(skipped, 0, part);
            left -= part;
        }
    }

    /// Waits until a byte of input has come back as output.
    void echo() throws IOException {
        socket.getOutputStream().write(message(new byte[] {0, 'x'}));
        var message = next();
        while (!message.isEnd() && message.channel != ERROR_CHANNEL && message.bytes == 0) {
            message = next();
        }
        if (message.bytes == 0 || message.channel == ERROR_CHANNEL) {
            throw new IOException("the command has ended");
        }
        in.skipNBytes(message.bytes);
    }

    private static byte[] message(byte[] payload) {
        var length = payload.length;
        var header = ByteBuffer.allocate(MAX_HEADER_BYTES).put(WHOLE_BINARY_MESSAGE);
        // The shortest way to say a length is the only one that is allowed.
        if (length < SHORT_LENGTH) {
            header.put((byte) (MASKED | length));
        } else if (length <= MAX_SHORT_LENGTH) {
            header.put((byte) (MASKED | SHORT_LENGTH)).putShort((short) length);
        } else {
            header.put((byte) (MASKED | LONG_LENGTH)).putLong(length);
        }
        header.putInt(MASK).flip();
        var message = ByteBuffer.allocate(header.remaining() + length).put(header);
        var plain = ByteBuffer.wrap(payload);
        while (plain.remaining() >= Long.BYTES) {
            message.putLong(plain.getLong() ^ (Integer.toUnsignedLong(MASK) << Integer.SIZE | MASK));
        }
        for (var key = Integer.rotateLeft(MASK, Byte.SIZE);
                plain.hasRemaining();
                key = Integer.rotateLeft(key, Byte.SIZE)) {
            message.put((byte) (plain.get() ^ key));
        }
        return message.array();
    }

    private long length() throws IOException {
        var first = in.readUnsignedByte();
        return switch (first) {
            case LONG_LENGTH -> in.readLong();
            case SHORT_LENGTH -> in.readUnsignedShort();
            default -> first;
        };
    }

    /// Sends so many zeros, in messages of the size, and the end.
    void send(long bytes, int size) throws IOException {
        var message = message(new byte[1 + size]);
        for (var left = bytes; left > 0; left -= size) {
            socket.getOutputStream().write(message);
        }
        socket.getOutputStream().write(message(new byte[] {(byte) 255, 0}));
    }

    /// What a forwarded port sends.
    private final class Input extends InputStream {
        /// That the channel begins with.
        private static final int PORT_BYTES = 2;

        private long left;
        private boolean hasBegun;

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (left == 0) {
                if (!nextMessage()) {
                    return -1;
                }
            }
            var count = in.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }

        private boolean nextMessage() throws IOException {
            var message = next();
            if (message.isEnd()) {
                return false;
            }
            if (message.channel != DATA_CHANNEL) {
                in.skipNBytes(message.bytes);
            } else if (hasBegun) {
                left = message.bytes;
            } else {
                hasBegun = true;
                in.skipNBytes(PORT_BYTES);
                left = message.bytes - PORT_BYTES;
            }
            return true;
        }
    }

    /// What goes to a forwarded port.
    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            var payload = new byte[1 + length];
            System.arraycopy(bytes, offset, payload, 1, length);
            socket.getOutputStream().write(message(payload));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
