package dev.carafe.linux;

/// The kinds of files of Linux, in the bits of `st_mode`.
public enum FileType {
    FIFO(0010000),
    CHARACTER_DEVICE(0020000),
    DIRECTORY(0040000),
    BLOCK_DEVICE(0060000),
    REGULAR(0100000),
    SYMBOLIC_LINK(0120000),
    SOCKET(0140000);

    private static final int MASK = 0170000;
    private final int bits;

    FileType(int bits) {
        this.bits = bits;
    }

    /// The type bits for mknod(2).
    public int bits() {
        return bits;
    }

    static FileType of(int mode) {
        for (var type : values()) {
            if (type.bits == (mode & MASK)) {
                return type;
            }
        }
        throw new IllegalArgumentException("no file type in mode " + Integer.toOctalString(mode));
    }
}
