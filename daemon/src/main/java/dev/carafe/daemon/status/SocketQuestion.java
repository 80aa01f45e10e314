package dev.carafe.daemon.status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// One GET over a unix socket. The daemon closes after it.
public final class SocketQuestion {
    /// Of an answer; a daemon that sends more is none of ours.
    private static final int MAX_BYTES = 64 << 20;

    private static final String OK = "HTTP/1.1 200 ";
    private static final String END_OF_HEADERS = "\r\n\r\n";

    private SocketQuestion() {}

    /// The page's text.
    ///
    /// @throws IOException says why there is none
    public static String ask(Path socket, String path) throws IOException {
        String answer;
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            var request = "GET " + path + " HTTP/1.1\r\nHost: carafe\r\nConnection: close\r\n\r\n";
            var bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            answer = read(channel);
        } catch (IOException e) {
            throw new IOException("can't ask the daemon at " + socket, e);
        }
        var end = answer.indexOf(END_OF_HEADERS);
        if (end < 0) {
            throw new IOException("what listens on " + socket + " does not speak HTTP");
        }
        var text = answer.substring(end + END_OF_HEADERS.length());
        if (!answer.startsWith(OK)) {
            throw new IOException(text.strip());
        }
        return text;
    }

    private static String read(SocketChannel channel) throws IOException {
        var all = new ByteArrayOutputStream();
        var in = Channels.newInputStream(channel);
        var piece = new byte[8192];
        for (var n = in.read(piece); n >= 0; n = in.read(piece)) {
            all.write(piece, 0, n);
            if (all.size() > MAX_BYTES) {
                throw new IOException("the answer has more than " + MAX_BYTES + " bytes");
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }
}
