package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The sizes of a client's terminal, JSON documents one after the other: `{"Width":80,"Height":24}`. What is none is
/// passed over.
final class Sizes implements Receiver {
    private static final int MAX_DOCUMENT_BYTES = 256;

    private static final Pattern FIELD =
            Pattern.compile("\"(width|height)\"\\s*:\\s*(\\d{1,5})\\b", Pattern.CASE_INSENSITIVE);

    private final Wire wire;
    private final StringBuilder text = new StringBuilder();
    private @Nullable TerminalSize newest;
    private boolean hasEnded;

    Sizes(Wire wire) {
        this.wire = wire;
    }

    @Override
    public synchronized void bytes(ByteBuf bytes) {
        wire.dealtWith(bytes.readableBytes());
        while (bytes.isReadable()) {
            var next = (char) bytes.readUnsignedByte();
            if (text.length() < MAX_DOCUMENT_BYTES) {
                text.append(next);
            }
            if (next == '}') {
                note(text.toString());
                text.setLength(0);
            }
        }
    }

    private void note(String document) {
        var rows = 0;
        var columns = 0;
        for (var field = FIELD.matcher(document); field.find(); ) {
            var value = Integer.parseInt(field.group(2));
            if (field.group(1).equalsIgnoreCase("height")) {
                rows = value;
            } else {
                columns = value;
            }
        }
        if (rows > 0 && columns > 0 && rows <= TerminalSize.MAX && columns <= TerminalSize.MAX) {
            newest = new TerminalSize(rows, columns);
            notifyAll();
        }
    }

    @Override
    public synchronized void end() {
        hasEnded = true;
        notifyAll();
    }

    @Override
    public void lost() {
        end();
    }

    synchronized Optional<TerminalSize> next() throws InterruptedException {
        while (newest == null && !hasEnded) {
            wait();
        }
        var next = Optional.ofNullable(newest);
        newest = null;
        return next;
    }
}
