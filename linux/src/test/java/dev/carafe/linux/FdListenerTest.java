package dev.carafe.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FdListenerTest {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private FdListener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = FdListener.open(folder.resolve("s"));
    }

    @AfterEach
    void end() {
        listener.close();
    }

    private SocketChannel connect(String text) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(folder.resolve("s")));
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return channel;
    }

    /// As a runtime does it, which Java can't: sendmsg(2) with copies of a descriptor, and the end.
    private void send(String text, int count) throws Throwable {
        var sendmsg = Call.LINKER.downcallHandle(
                Call.LINKER.defaultLookup().findOrThrow("sendmsg"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        try (var call = new Call();
                var socket = new Fd((int) call.checked("", Syscall.SOCKET, AF_UNIX, SOCK_STREAM, 0));
                var fd = Fd.openNull();
                var arena = Arena.ofConfined()) {
            var address = arena.allocate(110);
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            address.setString(2, folder.resolve("s").toString());
            call.checked("", Syscall.CONNECT, socket.number(), address.address(), address.byteSize());
            var vector = arena.allocate(16);
            vector.set(ADDRESS, 0, arena.allocateFrom(text));
            vector.set(JAVA_LONG, 8, text.length());
            var control = arena.allocate(16 + 4L * count, 8);
            control.set(JAVA_LONG, 0, control.byteSize());
            control.set(JAVA_INT, 8, 1);
            control.set(JAVA_INT, 12, 1);
            for (var i = 0; i < count; i++) {
                control.set(JAVA_INT, 16 + 4L * i, fd.number());
            }
            var message = arena.allocate(56, 8);
            message.set(ADDRESS, 16, vector);
            message.set(JAVA_LONG, 24, 1);
            message.set(ADDRESS, 32, control);
            message.set(JAVA_LONG, 40, control.byteSize());
            assertEquals(text.length(), (long) sendmsg.invokeExact(socket.number(), message, 0));
        }
    }

    private static long open() throws IOException {
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).equals(Path.of("/dev/null"));
                        } catch (IOException e) {
                            return false; // the listing's own, which is closed by now
                        }
                    })
                    .count();
        }
    }

    @Test
    void descriptorsComeWithAMessageAndAreClosedWithIt() throws Throwable {
        var before = open();
        send("both", 2);
        try (var connection = listener.accept();
                var message = FdListener.receive(connection, 10, LONG, _ -> false)) {
            assertEquals("both", message.text());
            assertEquals(2, message.fds().size());
            assertEquals(before + 2, open());
            assertEquals(-1, message.fds().getFirst().read(new byte[1], 0, 1));
        }
        assertEquals(before, open());
    }

    @Test
    void moreDescriptorsThanThereMayBeAreRefusedAndNoneStaysOpen() throws Throwable {
        var before = open();
        send("many", 20);
        try (var connection = listener.accept()) {
            assertThrows(IOException.class, () -> FdListener.receive(connection, 10, LONG, _ -> false));
        }
        assertEquals(before, open());
    }

    @Test
    void aMessageIsOverWhenItIsWholeThoughItsSenderStays() throws Exception {
        try (var _ = connect("whole");
                var connection = listener.accept();
                var message = FdListener.receive(connection, 10, LONG, "whole"::equals)) {
            assertEquals("whole", message.text());
        }
    }

    @Test
    void oneThatIsTooLongOrTooSlowIsRefused() throws Exception {
        try (var _ = connect("much too long");
                var connection = listener.accept()) {
            assertThrows(IOException.class, () -> FdListener.receive(connection, 10, LONG, _ -> false));
        }
        try (var _ = connect("short");
                var connection = listener.accept()) {
            var little = Duration.ofMillis(20);
            assertThrows(IOException.class, () -> FdListener.receive(connection, 10, little, _ -> false));
        }
    }

    @Test
    void closingItEndsAWaitForConnections() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var wait = threads.submit(() -> assertThrows(IOException.class, listener::accept));
            listener.close();
            assertTrue(wait.get().getMessage().contains("closed"));
        }
    }

    @Test
    void itTakesThePlaceOfTheSocketOfThoseBefore() throws Exception {
        listener.close();
        listener = FdListener.open(folder.resolve("s"));
        try (var _ = connect("x");
                var connection = listener.accept();
                var message = FdListener.receive(connection, 10, LONG, "x"::equals)) {
            assertEquals("x", message.text());
        }
    }

    @Test
    void aPathThatNoSocketCanHaveIsRefused() {
        var path = folder.resolve("x".repeat(108));
        assertThrows(IOException.class, () -> FdListener.open(path));
    }

    @Test
    void anotherKindOfDescriptorTellsOfNoSystemCalls() throws Exception {
        try (var other = Fd.openNull()) {
            var refused = assertThrows(IOException.class, () -> SeccompNotifications.of(other));
            assertTrue(refused.getMessage().contains("/dev/null"), refused::getMessage);
        }
    }
}
