package dev.carafe.daemon.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.PodSandbox;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static PodSandbox pod(int idLength) {
        return PodSandbox.newBuilder().setId("x".repeat(idLength)).build();
    }

    @Test
    void nothingNeedsNoBatch() {
        assertEquals(List.of(), Batches.of(List.of()));
    }

    @Test
    void batchesKeepTheOrderAndTheirBound() {
        var pods = IntStream.range(1, 100).mapToObj(BatchesTest::pod).toList();
        var batches = Batches.of(pods, 300);
        assertEquals(pods, batches.stream().flatMap(List::stream).toList());
        assertTrue(batches.size() > 10);
        for (var batch : batches) {
            assertTrue(batch.stream().mapToInt(PodSandbox::getSerializedSize).sum() <= 300);
        }
    }

    @Test
    void whatIsLargerThanABatchGoesAlone() {
        var pods = List.of(pod(1), pod(1000), pod(2));
        assertEquals(List.of(List.of(pod(1)), List.of(pod(1000)), List.of(pod(2))), Batches.of(pods, 100));
    }
}
