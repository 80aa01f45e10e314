package dev.carafe.daemon.tracing;

import dev.carafe.engine.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;

/// A span of OpenTelemetry. How a phase failed is told by its kind alone: messages may carry what programs and
/// registries said, and those are in the log, under the `carafe.id` of the request's span.
record RecordedSpan(Tracer tracer, io.opentelemetry.api.trace.Span span) implements Span {
    private static final String OURS = "carafe.";

    @Override
    public Span begin(String name) {
        return new RecordedSpan(
                tracer,
                tracer.spanBuilder(name).setParent(Context.root().with(span)).startSpan());
    }

    @Override
    public void note(String key, String value) {
        if (!value.isEmpty()) {
            span.setAttribute(OURS + key, value);
        }
    }

    @Override
    public void ended() {
        span.end();
    }

    @Override
    public void failed(Throwable failure) {
        span.setStatus(StatusCode.ERROR);
        span.setAttribute("error.type", failure.getClass().getName());
        span.end();
    }
}
