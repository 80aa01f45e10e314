package dev.carafe.daemon.ctl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/// Finds where the last lines of a log in the CRI's format begin, from its end, so that the length of what is before
/// them and of the lines themselves does not matter. A line is what the container wrote as one, in as many parts as it
/// has.
final class LogTail {
    private static final int BLOCK_BYTES = 64 * 1024;

    /// Holds the time, the stream and the tag of a line.
    private static final int HEAD_BYTES = 64;

    private final FileChannel log;
    private long left;

    private LogTail(FileChannel log, int lines) {
        this.log = log;
        this.left = lines;
    }

    /// The offset of the first of so many last lines; 0 where there are not as many.
    static long start(FileChannel log, int lines) throws IOException {
        return lines == 0 ? log.size() : new LogTail(log, lines).search();
    }

    private long search() throws IOException {
        var end = log.size();
        var lineEnd = end;
        var isLast = true;
        var block = ByteBuffer.allocate(BLOCK_BYTES);
        for (var blockEnd = end; blockEnd > 0; ) {
            var blockStart = Math.max(0, blockEnd - BLOCK_BYTES);
            read(block.clear().limit((int) (blockEnd - blockStart)), blockStart);
            for (var at = blockEnd - 1; at >= blockStart; at--) {
                // The newline of the last line ends it, and begins none.
                if (block.get((int) (at - blockStart)) == '\n' && at + 1 < end) {
                    if (isPassed(at + 1, isLast)) {
                        return lineEnd;
                    }
                    isLast = false;
                    lineEnd = at + 1;
                }
            }
            blockEnd = blockStart;
        }
        return lineEnd < end && isPassed(0, false) ? lineEnd : 0;
    }

    /// Goes back over the line at an offset; whether it is before those that are wanted.
    private boolean isPassed(long offset, boolean isLast) throws IOException {
        if (isLast || !goesOn(offset)) {
            left--;
        }
        return left < 0;
    }

    private boolean goesOn(long offset) throws IOException {
        var head = ByteBuffer.allocate(HEAD_BYTES);
        read(head, offset);
        var words = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1).split(" ", 4);
        return words.length > 2 && words[2].startsWith("P");
    }

    /// Until the buffer is full or the file is at its end.
    private void read(ByteBuffer buffer, long offset) throws IOException {
        while (buffer.hasRemaining() && log.read(buffer, offset + buffer.position()) > 0) {
            // as much as there is
        }
    }
}
