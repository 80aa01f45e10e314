package dev.carafe.runtime;

import dev.carafe.linux.Fd;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Carries what a peer sends to a descriptor, on a virtual thread of its own, until the peer ends it. What
/// comes when nobody reads the descriptor any more is dropped, so that the peer's other streams go on.
final class InputPump {
    private static final System.Logger LOG = System.getLogger(InputPump.class.getName());

    /// Who sends so much at once has more.
    private static final int MANY_BYTES = 32 * 1024;

    private InputPump() {}

    /// @param maxBytes of one write
    /// @param end called when the peer has sent all
    static void start(StreamPeer peer, Fd target, int maxBytes, End end) {
        Thread.ofVirtual().start(() -> carry(peer, target, maxBytes, end));
    }

    /// What is to be done at the end of the peer's input.
    @FunctionalInterface
    interface End {
        void reached() throws IOException;
    }

    /// The same on this thread; an interrupt ends it.
    static void carry(StreamPeer peer, Fd target, int maxBytes, End end) {
        var writing = new Writing(target, maxBytes);
        try {
            var more = true;
            while (more) {
                more = peer.nextInput(writing::take);
            }
            end.reached();
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "input is no longer carried: {0}", gone.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Writing {
        private final Fd target;
        private final int maxBytes;
        private boolean isRead = true;
        private boolean isWide;

        Writing(Fd target, int maxBytes) {
            this.target = target;
            this.maxBytes = maxBytes;
        }

        private void take(ByteBuffer bytes) {
            try {
                if (isRead && !isWide && bytes.remaining() >= MANY_BYTES) {
                    isWide = true;
                    target.widen(OutputPump.WIDE_PIPE_BYTES);
                }
                while (isRead && bytes.hasRemaining()) {
                    var part = bytes.slice(bytes.position(), Math.min(maxBytes, bytes.remaining()));
                    bytes.position(bytes.position() + part.remaining());
                    target.write(part);
                }
            } catch (IOException nobodyReads) {
                isRead = false;
            }
        }
    }
}
