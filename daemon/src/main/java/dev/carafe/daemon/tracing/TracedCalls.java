package dev.carafe.daemon.tracing;

import dev.carafe.engine.Phase;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A span of each call, under the caller's where its metadata name one (W3C trace context; baggage is not taken up).
/// The names are those of OpenTelemetry's conventions, as CRI-O has them.
final class TracedCalls implements ServerInterceptor {
    private static final TextMapGetter<Metadata> METADATA = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Metadata metadata) {
            return List.copyOf(metadata.keys());
        }

        @Override
        public @Nullable String get(@Nullable Metadata metadata, String name) {
            return metadata == null ? null : metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        }
    };

    private final Tracer tracer;

    TracedCalls(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
        var span = begin(call.getMethodDescriptor(), metadata);
        if (!span.isRecording()) {
            return next.startCall(call, metadata);
        }
        var ending = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                end(span, status.getCode()); // first, so that who has the answer finds the span
                super.close(status, trailers);
            }
        };
        return new Traced<>(next.startCall(ending, metadata), new RecordedSpan(tracer, span));
    }

    private Span begin(MethodDescriptor<?, ?> method, Metadata metadata) {
        var caller = W3CTraceContextPropagator.getInstance().extract(Context.root(), metadata, METADATA);
        return tracer.spanBuilder(method.getFullMethodName())
                .setParent(caller)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("rpc.system", "grpc")
                .setAttribute("rpc.service", String.valueOf(method.getServiceName()))
                .setAttribute("rpc.method", String.valueOf(method.getBareMethodName()))
                .startSpan();
    }

    /// Ends once; what comes later counts for nothing.
    private static void end(Span span, Status.Code code) {
        span.setAttribute("rpc.grpc.status_code", code.value());
        if (isOurs(code)) {
            span.setStatus(StatusCode.ERROR, code.name());
        }
        span.end();
    }

    /// What a server counts as its own failure, by the conventions.
    private static boolean isOurs(Status.Code code) {
        return switch (code) {
            case UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS -> true;
            default -> false;
        };
    }

    /// Does the call's work for its span.
    private static final class Traced<Q> extends SimpleForwardingServerCallListener<Q> {
        private final RecordedSpan span;
        private boolean isUnderWay;

        Traced(ServerCall.Listener<Q> listener, RecordedSpan span) {
            super(listener);
            this.span = span;
        }

        @Override
        public void onHalfClose() {
            isUnderWay = true;
            try {
                Phase.within(span, () -> {
                    super.onHalfClose();
                    return this;
                });
            } catch (IOException | InterruptedException impossible) {
                throw new AssertionError(impossible);
            } catch (RuntimeException | Error bug) {
                end(span.span(), Status.Code.UNKNOWN);
                throw bug;
            }
        }

        /// A call that is under way ends its span itself.
        @Override
        public void onCancel() {
            super.onCancel();
            if (!isUnderWay) {
                end(span.span(), Status.Code.CANCELLED);
            }
        }
    }
}
