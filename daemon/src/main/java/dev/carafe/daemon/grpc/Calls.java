package dev.carafe.daemon.grpc;

import com.google.protobuf.MessageLite;
import dev.carafe.daemon.logging.Operation;
import dev.carafe.engine.Phase;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// How every call is answered: on the calling virtual thread, with its operation in each line of the log, one
/// line about its end, and its failure as a status. A caller that goes away or whose deadline passes interrupts
/// the thread. Safe for all threads.
final class Calls {
    private static final System.Logger LOG = System.getLogger(Calls.class.getName());

    private final int maxSendBytes;
    private final CallObserver observer;

    /// @param maxSendBytes a longer answer is an error instead
    Calls(int maxSendBytes, CallObserver observer) {
        this.maxSendBytes = maxSendBytes;
        this.observer = observer;
    }

    CallObserver observer() {
        return observer;
    }

    /// One question, one answer.
    <R extends MessageLite> void answer(Operation operation, StreamObserver<R> caller, Question<R> question) {
        stream(operation, caller, answers -> answers.send(question.answer()));
    }

    /// One question, any number of answers.
    <R extends MessageLite> void stream(Operation operation, StreamObserver<R> caller, Stream<R> stream) {
        Phase.current().ifPresent(span -> operation.fields().forEach(field -> span.note(field.key(), field.value())));
        operation.run(() -> {
            var start = System.nanoTime();
            try {
                interruptibly((ServerCallStreamObserver<R>) caller, stream);
                caller.onCompleted();
                observer.ended(operation.method(), since(start), false);
                LOG.log(Level.DEBUG, "done in {0} ms", millisSince(start));
            } catch (Throwable e) { // whatever it is, the caller gets an answer
                observer.ended(operation.method(), since(start), true);
                fail(operation, caller, e, millisSince(start));
            }
        });
    }

    private <R extends MessageLite> void interruptibly(ServerCallStreamObserver<R> caller, Stream<R> stream)
            throws IOException, InterruptedException {
        // Without a handler an answer to a caller that has gone is an exception.
        caller.setOnCancelHandler(() -> {});
        var thread = Thread.currentThread();
        var context = Context.current();
        Context.CancellationListener interrupt = _ -> thread.interrupt();
        context.addListener(interrupt, Runnable::run);
        try {
            stream.run(new Answers<>(caller, maxSendBytes));
        } finally {
            context.removeListener(interrupt);
            Thread.interrupted();
        }
    }

    private static void fail(Operation operation, StreamObserver<?> caller, Throwable failure, long millis) {
        var context = Context.current();
        if (!context.isCancelled()) {
            var status = Failures.status(failure, operation.id());
            LOG.log(level(status.getCode()), "failed with " + status.getCode() + " after " + millis + " ms", failure);
            caller.onError(status.asRuntimeException());
            return;
        }
        // gRPC has told the caller by itself, where there still is one.
        var deadline = context.getDeadline();
        var late = deadline != null && deadline.isExpired();
        var text = (late ? "the caller ran out of time after " : "the caller went away after ") + millis + " ms";
        if (failure instanceof InterruptedException) {
            LOG.log(Level.INFO, text);
        } else {
            LOG.log(Level.WARNING, text, failure);
        }
        caller.onError((late ? Status.DEADLINE_EXCEEDED : Status.CANCELLED).asRuntimeException());
    }

    /// What the caller could have avoided is a warning.
    private static Level level(Status.Code code) {
        return switch (code) {
            case UNKNOWN, INTERNAL -> Level.ERROR;
            default -> Level.WARNING;
        };
    }

    private static long millisSince(long nanos) {
        return since(nanos).toMillis();
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    @FunctionalInterface
    interface Question<R> {
        R answer() throws IOException, InterruptedException;
    }

    @FunctionalInterface
    interface Stream<R extends MessageLite> {
        void run(Answers<R> answers) throws IOException, InterruptedException;
    }
}
