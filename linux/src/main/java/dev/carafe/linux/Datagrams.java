package dev.carafe.linux;

import java.io.IOException;

/// Single messages to unix sockets that take them one by one (SOCK_DGRAM, unix(7)).
public final class Datagrams {
    private static final int AF_UNIX = 1;

    /// SOCK_DGRAM, SOCK_NONBLOCK, SOCK_CLOEXEC
    private static final int MESSAGES = 2 | 04000 | 02000000;

    /// `sun_path`, with the NUL that ends it.
    private static final int LONGEST_NAME = 108;

    private static final int NAME_OFFSET = 2;

    private Datagrams() {}

    /// Never waits: a listener that does not read is an error.
    ///
    /// @param name a path; one that begins with `@` stands for a name of the abstract kind
    /// @throws IOException when nobody takes it
    public static void send(String name, byte[] message) throws IOException {
        var bytes = FileNames.encode(name);
        if (bytes.length >= LONGEST_NAME) {
            throw new IOException("too long for a socket: " + name);
        }
        try (var call = new Call();
                var socket = new Fd((int) call.checked("", Syscall.SOCKET, AF_UNIX, MESSAGES, 0))) {
            var address = call.allocate(NAME_OFFSET + LONGEST_NAME);
            address.set(Call.SHORT, 0, (short) AF_UNIX);
            for (var i = 0; i < bytes.length; i++) {
                address.set(Call.BYTE, NAME_OFFSET + i, bytes[i]);
            }
            var isAbstract = name.startsWith("@");
            if (isAbstract) {
                address.set(Call.BYTE, NAME_OFFSET, (byte) 0);
            }
            // An abstract name is as long as it is said to be, a path ends with NUL.
            var length = NAME_OFFSET + bytes.length + (isAbstract ? 0 : 1);
            call.checked(name, Syscall.CONNECT, socket.number(), address.address(), length);
            socket.write(message, 0, message.length);
        }
    }
}
