package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.util.HashMap;
import java.util.Map;

/// The records of a pax extended header: `length key=value\n`, the length in decimal over the whole record
/// (POSIX pax, "pax Header File Format"). An empty value takes back what a global header said.
final class PaxHeader {
    private static final int MAXIMUM_LENGTH_DIGITS = 9;

    private PaxHeader() {}

    /// Values stay bytes: those of extended attributes are no text.
    static Map<String, byte[]> parse(byte[] content) throws BadLayerException {
        var records = new HashMap<String, byte[]>();
        for (var at = 0; at < content.length; ) {
            var space = indexOf(content, ' ', at, Math.min(content.length, at + MAXIMUM_LENGTH_DIGITS + 1));
            var length = space < 0 ? 0 : length(content, at, space);
            var end = at + length;
            var equals = space < 0 || end > content.length || end <= space ? -1 : indexOf(content, '=', space, end);
            if (equals <= space + 1 || content[end - 1] != '\n') {
                throw new BadLayerException("pax header: damaged record");
            }
            var key = FileNames.decode(content, space + 1, equals - space - 1);
            var value = new byte[end - 1 - equals - 1];
            System.arraycopy(content, equals + 1, value, 0, value.length);
            records.put(key, value);
            at = end;
        }
        return records;
    }

    private static int length(byte[] content, int from, int to) {
        var value = 0;
        for (var i = from; i < to; i++) {
            if (content[i] < '0' || content[i] > '9') {
                return 0;
            }
            value = value * 10 + content[i] - '0';
        }
        return value;
    }

    private static int indexOf(byte[] content, char wanted, int from, int to) {
        for (var i = from; i < to; i++) {
            if (content[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
