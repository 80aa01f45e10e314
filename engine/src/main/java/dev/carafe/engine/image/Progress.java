package dev.carafe.engine.image;

import dev.carafe.oci.Descriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Counts one pull's bytes and layers. Safe for all threads.
final class Progress {
    private final String image;
    private final AtomicLong fetchedBytes = new AtomicLong();
    private final AtomicInteger finishedLayers = new AtomicInteger();
    private volatile long totalBytes;
    private volatile int totalLayers;

    Progress(String image) {
        this.image = image;
    }

    void expect(List<Descriptor> layers) {
        totalLayers = layers.size();
        totalBytes = layers.stream().mapToLong(Descriptor::size).sum();
    }

    void finishedLayer() {
        finishedLayers.incrementAndGet();
    }

    /// The same bytes, counted.
    InputStream counted(InputStream body) {
        return new FilterInputStream(body) {
            @Override
            public int read() throws IOException {
                var b = super.read();
                count(b < 0 ? 0 : 1);
                return b;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                var n = super.read(bytes, offset, length);
                count(n);
                return n;
            }
        };
    }

    private void count(int bytes) {
        if (bytes > 0) {
            fetchedBytes.addAndGet(bytes);
        }
    }

    PullProgress snapshot() {
        return new PullProgress(image, totalBytes, fetchedBytes.get(), totalLayers, finishedLayers.get());
    }
}
