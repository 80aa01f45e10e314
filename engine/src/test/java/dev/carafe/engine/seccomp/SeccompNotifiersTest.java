package dev.carafe.engine.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.Folders;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SeccompNotifiersTest {
    private static final ContainerId ID = new ContainerId("a".repeat(64));
    private static final ContainerId GONE = new ContainerId("b".repeat(64));

    @TempDir
    private Path folder;

    private Folders folders;

    @BeforeEach
    void prepare() {
        folders = new Folders(folder, folder, folder);
    }

    /// Of a node where only one container has not ended, and none calls anything.
    private SeccompNotifiers notifiers() {
        var calls = new ForbiddenCalls() {
            @Override
            public Optional<ContainerId> alive(String beginning) {
                return ID.value().startsWith(beginning) ? Optional.of(ID) : Optional.empty();
            }

            @Override
            public void called(ContainerId id, String call) {
                throw new AssertionError(call);
            }

            @Override
            public void quiet(ContainerId id, String calls) {
                throw new AssertionError(calls);
            }
        };
        return new SeccompNotifiers(folders, calls, Duration.ZERO);
    }

    private SocketChannel connect() throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(folders.seccompSocket(ID)));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Test
    void aSocketIsRootsAndIsThereUntilItsContainerEnds() throws IOException {
        try (var notifiers = notifiers()) {
            notifiers.open(ID);
            connect().close();
            var mode = Files.getPosixFilePermissions(folders.seccompSockets());
            assertEquals("rwx------", PosixFilePermissions.toString(mode));
            notifiers.end(ID);
            assertFalse(Files.exists(folders.seccompSocket(ID)));
            notifiers.end(ID);
        }
    }

    @Test
    void theNextDaemonListensForThoseThatHaveNotEnded() throws IOException {
        try (var last = notifiers()) {
            last.open(ID);
            last.open(GONE);
        }
        assertTrue(Files.exists(folders.seccompSocket(ID)));
        try (var next = notifiers()) {
            next.restore();
            connect().close();
            assertFalse(Files.exists(folders.seccompSocket(GONE)));
        }
    }

    @Test
    void thereIsNothingToRestoreOnANewNode() throws IOException {
        try (var notifiers = notifiers()) {
            notifiers.restore();
        }
        assertFalse(Files.exists(folders.seccompSockets()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"fds\":[\"seccompFd\"],\"state\":{\"id\":\"%s\"}}", "}}}}{", "{\"fds\":7}"})
    void whoSendsSomethingElseIsSentAway(String text) throws IOException {
        try (var notifiers = notifiers()) {
            notifiers.open(ID);
            for (var i = 0; i < 2; i++) {
                try (var channel = connect()) {
                    channel.write(ByteBuffer.wrap(text.formatted(ID).getBytes(StandardCharsets.UTF_8)));
                    channel.shutdownOutput();
                    assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
                }
            }
        }
    }
}
