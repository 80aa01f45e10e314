package dev.carafe.registry;

import dev.carafe.registry.RegistryConfig.Timeouts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// An answer's head, and its body by blocking reads. For one thread. Closing it before the body's end gives up the
/// connection.
final class Answer implements AutoCloseable {
    /// What has to come within [Timeouts#stall].
    private static final int PROGRESS_BYTES = 64 * 1024;

    private static final int FIRST_DOCUMENT_BYTES = 8 * 1024;

    /// A body that is not wanted is read to here, to keep the connection.
    private static final int SPARE_BYTES = 16 * 1024;

    private final Request request;
    private final HttpResponse head;
    private final Exchange exchange;
    private final Timeouts timeouts;
    private ByteBuf chunk = Unpooled.EMPTY_BUFFER;
    private Duration patience;
    private int progress;
    /// Its time is not renewed by progress.
    private boolean isDocument;

    private boolean ended;

    Answer(Request request, HttpResponse head, Exchange exchange, Timeouts timeouts) {
        this.request = request;
        this.head = head;
        this.exchange = exchange;
        this.timeouts = timeouts;
        this.patience = timeouts.stall();
    }

    /// What it answers, after all redirects.
    Request request() {
        return request;
    }

    int status() {
        return head.status().code();
    }

    /// Code and the specification's words for it, not the registry's.
    String statusLine() {
        var status = HttpResponseStatus.valueOf(status());
        return "HTTP " + status.code() + " " + status.reasonPhrase();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(head.headers().get(name));
    }

    List<String> headers(String name) {
        return head.headers().getAll(name);
    }

    /// Empty when the body ends as it pleases.
    OptionalLong contentLength() {
        var length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        return length == null || head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(length.strip()));
    }

    /// As [java.io.InputStream#read]: at least one byte, or -1 at the end. Fails when the registry stalls.
    int read(byte[] bytes, int offset, int length) throws TransportException, InterruptedException {
        if (!chunk.isReadable() && !next()) {
            return -1;
        }
        var count = Math.min(length, chunk.readableBytes());
        chunk.readBytes(bytes, offset, count);
        return count;
    }

    private boolean next() throws TransportException, InterruptedException {
        chunk.release();
        chunk = Unpooled.EMPTY_BUFFER;
        if (ended) {
            return false;
        }
        var before = System.nanoTime();
        chunk = exchange.next(patience);
        patience = patience.minusNanos(System.nanoTime() - before);
        progress += chunk.readableBytes();
        if (progress >= PROGRESS_BYTES && !isDocument) {
            progress = 0;
            patience = timeouts.stall();
        }
        ended = !chunk.isReadable();
        return !ended;
    }

    /// The body from here to its end, or its first `most + 1` bytes when it is longer than that.
    byte[] readDocument(int most) throws TransportException, InterruptedException {
        var document = new byte[Math.min(most + 1, FIRST_DOCUMENT_BYTES)];
        var count = 0;
        isDocument = true;
        patience = timeouts.document();
        while (count <= most) {
            if (count == document.length) {
                document = Arrays.copyOf(document, (int) Math.min(most + 1L, document.length * 4L));
            }
            var n = read(document, count, document.length - count);
            if (n < 0) {
                break;
            }
            count += n;
        }
        return Arrays.copyOf(document, count);
    }

    /// Reads what is left, if it is little, so that the connection can be used again; then closes.
    void discard() throws InterruptedException {
        try (this) {
            readDocument(SPARE_BYTES);
        } catch (TransportException broken) {
            // Nobody wants the rest, and close() has given up the connection.
        }
    }

    /// Idempotent.
    @Override
    public void close() {
        chunk.release();
        chunk = Unpooled.EMPTY_BUFFER;
        ended = true;
        exchange.drop();
    }
}
