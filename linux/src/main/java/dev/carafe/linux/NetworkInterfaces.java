package dev.carafe.linux;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Interfaces of the calling thread's network namespace (netdevice(7)).
final class NetworkInterfaces {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final short IFF_UP = 1;

    /// `struct ifreq`: a name of at most 15 bytes and its NUL, then a union.
    private static final int IFREQ_BYTES = 40;

    private static final int NAME_BYTES = 16;

    private NetworkInterfaces() {}

    /// Loopback gets its addresses with it.
    static void raise(String name) throws ErrnoException {
        try (var call = new Call()) {
            var number = call.checked("", Syscall.SOCKET, AF_INET, SOCK_DGRAM_CLOEXEC, 0);
            try (var socket = new Fd((int) number)) {
                var request = call.allocate(IFREQ_BYTES);
                MemorySegment.copy(
                        MemorySegment.ofArray(name.getBytes(StandardCharsets.US_ASCII)), 0, request, 0, name.length());
                call.checked(name, Syscall.IOCTL, socket.number(), SIOCGIFFLAGS, request.address());
                request.set(Call.SHORT, NAME_BYTES, (short) (request.get(Call.SHORT, NAME_BYTES) | IFF_UP));
                call.checked(name, Syscall.IOCTL, socket.number(), SIOCSIFFLAGS, request.address());
            }
        }
    }
}
