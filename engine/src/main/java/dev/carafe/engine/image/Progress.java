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
    private volatile List<Descriptor> fetched = List.of();
    private volatile List<Descriptor> reused = List.of();

    Progress(String image) {
        this.image = image;
    }

    /// @param layers all of the image
    /// @param missing those of them that have to come
    void expect(List<Descriptor> layers, List<Descriptor> missing) {
        totalLayers = missing.size();
        totalBytes = missing.stream().mapToLong(Descriptor::size).sum();
        fetched = List.copyOf(missing);
        reused = layers.stream().filter(layer -> !missing.contains(layer)).toList();
    }

    List<Descriptor> fetched() {
        return fetched;
    }

    List<Descriptor> reused() {
        return reused;
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
