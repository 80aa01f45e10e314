package dev.carafe.runtime;

import dev.carafe.linux.PacketSocket;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A peer at the streams of a running container, through its monitor's socket: each packet from there begins with a
/// byte that tells the stream; what is sent is the container's input. Many can be attached at once, each with a socket
/// of its own. Leaving ends nothing but `stdin_once` containers' input, which is the monitor's doing.
///
/// The monitor writes to each socket until it is written (conmon's `write_all`): who does not read holds up the
/// container and all others who are attached. So a peer that takes nothing for a while is sent away.
final class AttachStreams {
    /// As conmon tags them.
    private static final byte STDOUT = 2;

    private static final byte STDERR = 3;

    /// conmon 2.1.6 takes packets of up to 32,767 bytes.
    private static final int MAX_INPUT_BYTES = 16 * 1024;

    private AttachStreams() {}

    static void run(ContainerFiles files, StreamPeer peer) throws IOException, InterruptedException {
        try (var socket = PacketSocket.connect(files.attachLink().resolve("attach"))) {
            if (peer.hasInput()) {
                InputPump.start(peer, socket, MAX_INPUT_BYTES, () -> PacketSocket.endSending(socket));
            }
            var sizes = Thread.ofVirtual().start(() -> resize(files, peer));
            try (var output = OutputPump.start(socket, packet -> deliver(packet, peer))) {
                if (!output.await(AttachedPeers.TAKES_WITHIN)) {
                    throw AttachedPeers.sentAway(AttachedPeers.TAKES_WITHIN);
                }
            } finally {
                sizes.interrupt();
            }
        }
    }

    private static void deliver(ByteBuffer packet, StreamPeer peer) throws IOException, InterruptedException {
        switch (packet.get()) {
            case STDOUT -> peer.writeOutput(packet);
            case STDERR -> peer.writeError(packet);
            default -> {} // none of a known stream
        }
    }

    private static void resize(ContainerFiles files, StreamPeer peer) {
        try {
            for (var size = peer.nextSize(); size.isPresent(); size = peer.nextSize()) {
                MonitorControl.resize(files, size.get());
            }
        } catch (IOException | InterruptedException over) {
            return;
        }
    }
}
