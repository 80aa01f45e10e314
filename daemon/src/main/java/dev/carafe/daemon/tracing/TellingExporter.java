package dev.carafe.daemon.tracing;

import dev.carafe.daemon.logging.Causes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Tells once that a collector does not take spans, and once that it does again. Spans that it did not take are lost.
/// Safe for all threads.
final class TellingExporter implements SpanExporter {
    private static final System.Logger LOG = System.getLogger(TellingExporter.class.getName());

    private final SpanExporter exporter;
    private final String endpoint;
    private final BiConsumer<Level, String> told;
    private long lost;

    TellingExporter(SpanExporter exporter, String endpoint) {
        this(exporter, endpoint, LOG::log);
    }

    /// @param told gets the lines
    TellingExporter(SpanExporter exporter, String endpoint, BiConsumer<Level, String> told) {
        this.exporter = exporter;
        this.endpoint = endpoint;
        this.told = told;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        var count = spans.size();
        var result = exporter.export(spans);
        return result.whenComplete(() -> tell(result, count));
    }

    private synchronized void tell(CompletableResultCode result, int spans) {
        if (result.isSuccess()) {
            if (lost > 0) {
                told.accept(Level.INFO, endpoint + " takes spans again; " + lost + " and more were lost");
            }
            lost = 0;
            return;
        }
        if (lost == 0) {
            told.accept(
                    Level.WARNING,
                    "the collector at " + endpoint + " takes no spans; they are dropped until it does: "
                            + why(result.getFailureThrowable()));
        }
        lost += spans;
    }

    private static String why(@Nullable Throwable failure) {
        return failure == null ? "no answer" : Causes.text(failure);
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
