package dev.carafe.storage;

/// The head of a zstd frame (RFC 8878, section 3.1).
final class ZstdFrame {
    private static final int MAGIC = 0xfd2fb528;
    private static final int SKIPPABLE_MAGIC = 0x184d2a50;
    private static final int SKIPPABLE_MASK = 0xfffffff0;
    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int MINIMUM_WINDOW_LOG = 10;
    private static final int[] DICTIONARY_ID_BYTES = {0, 1, 2, 4};
    private static final int[] CONTENT_SIZE_BYTES = {0, 2, 4, 8};

    private ZstdFrame() {}

    static boolean begins(byte[] head) {
        var magic = (int) littleEndian(head, 0, 4);
        return magic == MAGIC || (magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC;
    }

    /// How many bytes of what it decoded a decoder has to remember; 0 for a skippable frame. A number beyond 63
    /// bits comes out negative.
    static long windowBytes(byte[] head) {
        if ((int) littleEndian(head, 0, 4) != MAGIC) {
            return 0;
        }
        var descriptor = head[4] & 0xff;
        if ((descriptor & SINGLE_SEGMENT) == 0) {
            var window = head[5] & 0xff;
            var base = 1L << (MINIMUM_WINDOW_LOG + (window >> 3));
            return base + base / 8 * (window & 7);
        }
        var at = 5 + DICTIONARY_ID_BYTES[descriptor & 3];
        return switch (descriptor >> 6) {
            case 0 -> head[at] & 0xff;
            case 1 -> littleEndian(head, at, 2) + 256;
            default -> littleEndian(head, at, CONTENT_SIZE_BYTES[descriptor >> 6]);
        };
    }

    private static long littleEndian(byte[] bytes, int offset, int length) {
        var value = 0L;
        for (var i = offset + length - 1; i >= offset; i--) {
            value = (value << 8) | (bytes[i] & 0xff);
        }
        return value;
    }
}
