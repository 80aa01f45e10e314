package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AttachedPeersTest {
    private final AttachedPeers peers = new AttachedPeers(Duration.ofSeconds(1));

    /// Takes what it is given, or nothing at all.
    private static final class Peer implements StreamPeer {
        private final boolean takes;
        private final CountDownLatch attached = new CountDownLatch(1);
        private volatile String heard = "";
        private volatile String end = "";

        Peer(boolean takes) {
            this.takes = takes;
        }

        @Override
        public boolean hasInput() {
            return false;
        }

        @Override
        public boolean nextInput(Taker taker) {
            return false;
        }

        @Override
        public synchronized void writeOutput(ByteBuffer bytes) throws InterruptedException {
            attached.countDown();
            if (!takes) {
                Thread.sleep(Duration.ofMinutes(5));
            }
            heard = heard + StandardCharsets.UTF_8.decode(bytes);
        }

        @Override
        public void writeError(ByteBuffer bytes) throws InterruptedException {
            writeOutput(bytes);
        }

        @Override
        public Optional<WindowSize> nextSize() {
            return Optional.empty();
        }
    }

    private Thread attach(Peer peer) {
        return Thread.ofVirtual().start(() -> {
            try {
                peers.serve(peers.join(), peer);
                peer.end = "ended";
            } catch (IOException | InterruptedException e) {
                peer.end = String.valueOf(e.getMessage());
            }
        });
    }

    private void tell(String text) throws InterruptedException {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        peers.tell(CriLog.Stream.STDOUT, bytes);
        assertEquals(text.length(), bytes.remaining());
    }

    private void tellUntilHeard(Peer peer) throws InterruptedException {
        while (peer.attached.getCount() > 0) {
            tell(".");
            Thread.sleep(1);
        }
    }

    @Test
    void eachGetsAllThatComesWhileItIsThereAndTheEnd() throws Exception {
        var first = new Peer(true);
        var second = new Peer(true);
        var threads = new Thread[] {attach(first), attach(second)};
        tellUntilHeard(first);
        tellUntilHeard(second);
        for (var i = 0; i < 100; i++) {
            tell("<" + i + ">");
        }
        peers.end();
        for (var thread : threads) {
            thread.join();
        }
        for (var peer : new Peer[] {first, second}) {
            assertEquals("ended", peer.end);
            var from = peer.heard.indexOf('<');
            var expected = new StringBuilder();
            for (var i = 0; i < 100; i++) {
                expected.append('<').append(i).append('>');
            }
            assertEquals(expected.toString(), peer.heard.substring(from));
        }
        var late = new Peer(true);
        attach(late).join();
        assertEquals("ended", late.end);
        assertEquals("", late.heard);
    }

    @Test
    void whoTakesNothingIsSentAwayAndTheOthersStay() throws Exception {
        var slow = new Peer(false);
        var thread = attach(slow);
        tellUntilHeard(slow);
        for (var i = 0; i < 20; i++) {
            tell("x");
        }
        thread.join();
        assertEquals("detached: the client took nothing for 1 s, which held up the container", slow.end);
        var quick = new Peer(true);
        var other = attach(quick);
        tellUntilHeard(quick);
        peers.end();
        other.join();
        assertEquals("ended", quick.end);
    }

    @Test
    void whoIsInterruptedLeavesWithoutTheOthers() throws Exception {
        var leaving = new Peer(true);
        var thread = attach(leaving);
        tellUntilHeard(leaving);
        thread.interrupt();
        thread.join();
        assertFalse(leaving.end.startsWith("detached"), leaving.end);
        tell("nobody");
        peers.end();
    }
}
