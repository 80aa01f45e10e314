package dev.carafe.daemon.ctl;

import dev.carafe.api.v1.Pull;
import dev.carafe.api.v1.WatchPullsRequest;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;

/// One line on a terminal that follows a pull until it is closed. Elsewhere, and with runtimes that have no
/// such call, nothing.
final class PullProgressLine implements AutoCloseable {
    private static final String CLEAR = "\r\033[K";

    private final CancellableContext call;
    private final Thread thread;

    private PullProgressLine(CancellableContext call, Thread thread) {
        this.call = call;
        this.thread = thread;
    }

    static PullProgressLine show(Connection connection, String image, PrintStream err) {
        var call = Context.current().withCancellation();
        var thread = Thread.ofVirtual().unstarted(call.wrap(() -> follow(connection, image, err)));
        if (isOnTerminal()) {
            thread.start();
        }
        return new PullProgressLine(call, thread);
    }

    @SuppressWarnings("SystemConsoleNull") // it is null again without a terminal, since JDK 25
    private static boolean isOnTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    private static void follow(Connection connection, String image, PrintStream err) {
        try {
            var ticks = connection
                    .carafe()
                    .watchPulls(WatchPullsRequest.newBuilder().setImage(image).build());
            while (ticks.hasNext()) {
                for (var pull : ticks.next().getPullsList()) {
                    err.print(CLEAR + line(pull));
                    err.flush();
                }
            }
        } catch (StatusRuntimeException closedOrUnknown) {
            // The pull itself tells what went wrong.
        } finally {
            err.print(CLEAR);
            err.flush();
        }
    }

    static String line(Pull pull) {
        var image = Words.harmless(pull.getImage());
        if (pull.getTotalBytes() == 0) {
            return "Resolving " + image;
        }
        return "Pulling " + image + ": " + Words.size(pull.getFetchedBytes()) + " of "
                + Words.size(pull.getTotalBytes()) + " (" + 100 * pull.getFetchedBytes() / pull.getTotalBytes() + "%), "
                + pull.getFinishedLayers() + " of " + pull.getTotalLayers() + " layers";
    }

    /// Returns when the line is cleared: what is printed next stands alone.
    @Override
    public void close() {
        call.cancel(null);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
