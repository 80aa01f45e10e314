package dev.carafe.registry;

import dev.carafe.oci.Descriptor;
import dev.carafe.registry.RegistryConfig.Retries;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A blob as it comes. A connection that breaks or stalls in the middle is replaced by one that goes on there. The
/// end is reached only when size and digest are right; before it the bytes are not to be trusted. For one thread.
final class BlobStream extends InputStream {
    /// Of one blob, however much each of its connections brings.
    private static final int MOST_RESUMPTIONS = 32;

    private static final int SKIP_BUFFER_BYTES = 64 * 1024;

    private final Repository repository;
    private final Descriptor blob;
    private final Retries retries;
    private final String subject;
    private final MessageDigest hash;
    private Answer answer;
    private Retry retry;
    private long offset;
    private long retriedAt;
    private int resumptions;
    private boolean verified;
    private @Nullable IOException failure;

    private BlobStream(Repository repository, Descriptor blob, Retries retries)
            throws IOException, InterruptedException {
        this.repository = repository;
        this.blob = blob;
        this.retries = retries;
        subject = "blob " + blob.digest() + " of " + repository.name();
        hash = blob.digest().newHash();
        retry = new Retry(retries);
        answer = request();
    }

    /// Returns when the registry has begun to send it.
    static InputStream open(Repository repository, Descriptor blob, Retries retries)
            throws IOException, InterruptedException {
        return new BlobStream(repository, blob, retries);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, bytes.length);
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        if (length == 0) {
            return 0;
        }
        try {
            return verified ? -1 : next(bytes, from, length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(new InterruptedIOException(subject + ": interrupted"));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private IOException failed(IOException why) {
        failure = why;
        answer.close();
        return why;
    }

    private int next(byte[] bytes, int from, int length) throws IOException, InterruptedException {
        while (true) {
            try {
                var count = answer.read(bytes, from, length);
                if (count < 0) {
                    verify();
                    return -1;
                }
                accept(bytes, from, count);
                return count;
            } catch (TransportException e) {
                if (offset == blob.size()) { // all but the end of the answer has come
                    verify();
                    return -1;
                }
                resume(e);
            }
        }
    }

    private void accept(byte[] bytes, int from, int count) throws ContentMismatchException {
        if (count > blob.size() - offset) {
            throw mismatch("it has more than the " + blob.size() + " bytes that its manifest says");
        }
        hash.update(bytes, from, count);
        offset += count;
    }

    private void verify() throws ContentMismatchException {
        if (offset < blob.size()) {
            throw mismatch("it ends after " + offset + " of " + blob.size() + " bytes");
        }
        if (!blob.digest().matches(hash.digest())) {
            throw mismatch("its content has another digest");
        }
        verified = true;
        answer.close();
    }

    /// Goes on where the connection broke, at another place when this one has had its attempts. They count anew
    /// whenever the last one has brought something.
    private void resume(TransportException why) throws IOException, InterruptedException {
        answer.close();
        if (++resumptions > MOST_RESUMPTIONS) {
            throw why.about(subject);
        }
        if (why.isWorthRetrying() && offset > retriedAt) {
            retry = new Retry(retries);
            retriedAt = offset;
        } else if (!why.isWorthRetrying() || !pause(why)) {
            if (!repository.turnAway()) {
                throw why.about(subject);
            }
            retry = new Retry(retries);
        }
        answer = request();
    }

    private boolean pause(TransportException why) throws InterruptedException {
        return why.about(subject) instanceof RegistryUnavailableException e && retry.pause(e);
    }

    private Answer request() throws IOException, InterruptedException {
        Map<String, String> range = offset == 0 ? Map.of() : Map.of("range", "bytes=" + offset + "-");
        var question = new Repository.Question(subject, "/blobs/" + blob.digest(), range, Content.LAYER);
        return repository.ask(question, found -> {
            if (found.status() == 206) {
                checkRange(found);
            } else {
                checkLength(found, blob.size());
                skip(found);
            }
            return found;
        });
    }

    private void checkLength(Answer found, long expected) throws ContentMismatchException {
        var length = found.contentLength();
        if (length.isPresent() && length.getAsLong() != expected) {
            throw mismatch("the registry sends " + length.getAsLong() + " bytes, its manifest says " + expected);
        }
    }

    /// RFC 9110, section 14.4.
    private void checkRange(Answer found) throws IOException {
        var range = found.header("content-range").orElse("").strip();
        var expected = "bytes " + offset + "-" + (blob.size() - 1) + "/";
        if (!(range.equals(expected + blob.size()) || range.equals(expected + "*"))) {
            throw new RegistryProtocolException(
                    subject + ": the registry sends another part than it was asked for: " + Shown.of(range));
        }
        checkLength(found, blob.size() - offset);
    }

    /// A registry that knows no ranges begins anew.
    private void skip(Answer found) throws IOException, InterruptedException {
        var buffer = new byte[SKIP_BUFFER_BYTES];
        for (var left = offset; left > 0; ) {
            var count = found.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw mismatch("it ends before the " + offset + " bytes that have come already");
            }
            left -= count;
        }
    }

    private ContentMismatchException mismatch(String what) {
        return new ContentMismatchException(subject + ": " + what);
    }

    /// Gives up the connection unless the end was reached.
    @Override
    public void close() {
        if (failure == null) {
            failure = new IOException(subject + ": the stream is closed");
        }
        answer.close();
    }
}
