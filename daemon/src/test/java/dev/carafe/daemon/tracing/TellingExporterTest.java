package dev.carafe.daemon.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TellingExporterTest {
    private final TakenSpans collector = new TakenSpans();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final SdkTracerProvider spans = SdkTracerProvider.builder()
            .addSpanProcessor(
                    SimpleSpanProcessor.create(new TellingExporter(collector, "there:1", (_, line) -> told.add(line))))
            .build();

    private void span() {
        spans.get("test").spanBuilder("x").startSpan().end();
    }

    @Test
    void aCollectorThatIsAwayIsToldOfOnceAndOnceWhenItIsBack() {
        span();
        assertEquals(List.of(), told);
        collector.set(TakenSpans.State.REFUSES);
        for (var i = 0; i < 5; i++) {
            span();
        }
        assertEquals(1, told.size(), told::toString);
        assertTrue(told.getFirst().startsWith("the collector at there:1 takes no spans"), told.getFirst());
        collector.set(TakenSpans.State.TAKES);
        span();
        span();
        assertEquals("there:1 takes spans again; 5 and more were lost", told.getLast());
        assertEquals(2, told.size(), told::toString);
    }
}
