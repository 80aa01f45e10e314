package dev.carafe.linux;

import java.io.IOException;

/// A unix socket's name as the kernel takes it, `struct sockaddr_un` (unix(7)), in the memory of a [Call].
record UnixAddress(long address, int length) {
    static final int FAMILY = 1;

    /// `sun_path`, with the NUL that ends it.
    private static final int LONGEST_PATH = 108;

    private static final int PATH_OFFSET = 2;

    /// @throws IOException when the path is too long for one
    static UnixAddress of(Call call, String path) throws IOException {
        var name = FileNames.encode(path);
        if (name.length >= LONGEST_PATH) {
            throw new IOException("too long for a socket: " + path);
        }
        var address = call.allocate(PATH_OFFSET + LONGEST_PATH);
        address.set(Call.SHORT, 0, (short) FAMILY);
        for (var i = 0; i < name.length; i++) {
            address.set(Call.BYTE, PATH_OFFSET + i, name[i]);
        }
        return new UnixAddress(address.address(), PATH_OFFSET + name.length + 1);
    }
}
