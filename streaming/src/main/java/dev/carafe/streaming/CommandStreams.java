package dev.carafe.streaming;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gathers the streams that belong to a command until all are there. For the connection's event loop.
final class CommandStreams {
    /// In the order of the WebSocket protocol's channels.
    enum Kind {
        STDIN,
        STDOUT,
        STDERR,
        ERROR,
        RESIZE;

        /// The name as in SPDY's headers.
        static @Nullable Kind named(String name) {
            return switch (name) {
                case "stdin" -> STDIN;
                case "stdout" -> STDOUT;
                case "stderr" -> STDERR;
                case "error" -> ERROR;
                case "resize" -> RESIZE;
                default -> null;
            };
        }
    }

    private final Streams wanted;
    private final Gate gate;
    private final Set<Kind> missing = EnumSet.of(Kind.ERROR);
    private final List<Wire> wires = new ArrayList<>();
    private final Map<Kind, Receiver> receivers = new EnumMap<>(Kind.class);
    private final Map<Kind, Outbound> outputs = new EnumMap<>(Kind.class);

    /// @param canResize whether the protocol has a stream for the sizes of a terminal
    CommandStreams(Streams wanted, boolean canResize, Gate gate) {
        this.wanted = wanted;
        this.gate = gate;
        want(Kind.STDIN, wanted.stdin());
        want(Kind.STDOUT, wanted.stdout());
        want(Kind.STDERR, wanted.stderr());
        want(Kind.RESIZE, wanted.tty() && canResize);
    }

    private void want(Kind kind, boolean isWanted) {
        if (isWanted) {
            missing.add(kind);
        }
    }

    boolean isMissing(Kind kind) {
        return missing.contains(kind);
    }

    boolean isComplete() {
        return missing.isEmpty();
    }

    /// Gives what is to be told of the client's bytes on it.
    Receiver add(Kind kind, Wire wire) {
        missing.remove(kind);
        wires.add(wire);
        var receiver = switch (kind) {
            case STDIN -> new Inbound(wire, gate);
            case RESIZE -> new Sizes(wire);
            case STDOUT, STDERR, ERROR -> {
                var output = new Outbound(wire, gate.budget());
                outputs.put(kind, output);
                yield new Discarding(wire, output::lost);
            }
        };
        receivers.put(kind, receiver);
        return receiver;
    }

    /// Once it is complete.
    Command command(Request request, StatusObject status) {
        var error = outputs.get(Kind.ERROR);
        if (error == null) {
            throw new IllegalStateException("no error stream");
        }
        return new Command(
                request,
                wanted,
                new Command.Ends(
                        (Inbound) receivers.get(Kind.STDIN),
                        outputs.get(Kind.STDOUT),
                        outputs.get(Kind.STDERR),
                        (Sizes) receivers.get(Kind.RESIZE),
                        error),
                status);
    }

    void finish() {
        wires.forEach(Wire::finish);
    }
}
