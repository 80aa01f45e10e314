package dev.carafe.daemon.ctl;

import dev.carafe.streaming.Streams;
import dev.carafe.streaming.client.RemoteStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;

/// This process's standard streams, and its terminal, at a command's or container's disposal until that ends.
final class RemoteSession {
    private static final int BLOCK_BYTES = 64 * 1024;

    private RemoteSession() {}

    /// Gives the exit code of what ran there.
    static int run(URI url, Streams streams, RemoteOptions options, Output to) throws IOException {
        try (var client = options.client();
                var remote = client.streams(url, options.transport(), streams);
                var _ = streams.tty() ? LocalTerminal.lend(remote) : LocalTerminal.none()) {
            if (streams.stdin()) {
                Thread.ofPlatform().daemon().name("stdin").start(() -> copy(System.in, remote));
            }
            return ExitStatus.of(remote.receive(checked(to.out()), checked(to.err())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /// Whatever ends it, the other side learns that nothing more comes; a connection that has ended is the receiver's
    /// to tell.
    private static void copy(InputStream in, RemoteStreams remote) {
        var block = new byte[BLOCK_BYTES];
        try {
            for (var count = in.read(block); count >= 0; count = in.read(block)) {
                remote.write(block, 0, count);
            }
            remote.endInput();
        } catch (IOException e) {
            remote.endInput();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A print stream keeps silent when nobody reads it any more.
    private static OutputStream checked(PrintStream stream) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                stream.write(bytes, offset, length);
                if (stream.checkError()) {
                    throw new IOException("what came can't be written");
                }
            }
        };
    }
}
