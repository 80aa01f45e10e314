package dev.carafe.daemon.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A collector in this process, in the state that a test wants.
final class TakenSpans implements SpanExporter {
    private final List<SpanData> taken = new CopyOnWriteArrayList<>();
    private volatile State state = State.TAKES;

    enum State {
        TAKES,
        REFUSES,
        HANGS
    }

    void set(State next) {
        state = next;
    }

    List<SpanData> all() {
        return List.copyOf(taken);
    }

    SpanData named(String name) {
        var found = taken.stream().filter(span -> span.getName().equals(name)).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " spans are called " + name + ", of "
                    + taken.stream().map(SpanData::getName).toList());
        }
        return found.getFirst();
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        return switch (state) {
            case TAKES -> {
                taken.addAll(spans);
                yield CompletableResultCode.ofSuccess();
            }
            case REFUSES -> CompletableResultCode.ofExceptionalFailure(new IllegalStateException("refused"));
            case HANGS -> new CompletableResultCode();
        };
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }
}
