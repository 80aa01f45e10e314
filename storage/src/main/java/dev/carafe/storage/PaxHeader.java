package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The records of a pax extended header: `length key=value\n`, the length in decimal over the whole record (POSIX
/// pax, "pax Header File Format"). Of two records with one key the later counts, except that the pieces of a
/// sparse file of GNU tar's form 0.0, each a record of its own, become the one record that its form 0.1 has.
final class PaxHeader {
    /// A record is small, but what it costs in memory is not.
    static final int MAXIMUM_RECORDS = 4096;

    private static final int MAXIMUM_LENGTH_DIGITS = 9;
    private static final String PIECE_OFFSET = GnuSparse.PREFIX + "offset";
    private static final String PIECE_LENGTH = GnuSparse.PREFIX + "numbytes";

    private final byte[] content;
    private final Map<String, byte[]> records = new HashMap<>();
    private final StringBuilder pieces = new StringBuilder();
    private boolean inPiece;

    private PaxHeader(byte[] content) {
        this.content = content;
    }

    /// Values stay bytes: those of extended attributes are no text.
    static Map<String, byte[]> parse(byte[] content) throws BadLayerException {
        return new PaxHeader(content).parse();
    }

    private Map<String, byte[]> parse() throws BadLayerException {
        for (var at = 0; at < content.length; ) {
            at = record(at);
        }
        if (!pieces.isEmpty()) {
            records.put(GnuSparse.MAP, pieces.toString().getBytes(StandardCharsets.US_ASCII));
        }
        return records;
    }

    /// Where the next one begins.
    private int record(int at) throws BadLayerException {
        var space = indexOf(' ', at, Math.min(content.length, at + MAXIMUM_LENGTH_DIGITS + 1));
        var end = space < 0 ? -1 : at + length(at, space);
        var equals = end > content.length || end <= space ? -1 : indexOf('=', space, end);
        if (equals <= space + 1 || content[end - 1] != '\n') {
            throw new BadLayerException("pax header: damaged record");
        }
        var key = FileNames.decode(content, space + 1, equals - space - 1);
        var value = Arrays.copyOfRange(content, equals + 1, end - 1);
        if (key.equals(PIECE_OFFSET) || key.equals(PIECE_LENGTH)) {
            piece(key, new String(value, StandardCharsets.US_ASCII));
        } else {
            records.put(key, value);
        }
        if (records.size() > MAXIMUM_RECORDS) {
            throw new BadLayerException("pax header: more than " + MAXIMUM_RECORDS + " records");
        }
        return end;
    }

    /// Offset and length by turns.
    private void piece(String key, String value) throws BadLayerException {
        var isOffset = key.equals(PIECE_OFFSET);
        if (value.contains(",") || isOffset == inPiece) {
            throw new BadLayerException("pax header: pieces of a sparse file are out of order");
        }
        pieces.append(pieces.isEmpty() ? "" : ",").append(value);
        inPiece = isOffset;
    }

    private int length(int from, int to) {
        var value = 0;
        for (var i = from; i < to; i++) {
            if (content[i] < '0' || content[i] > '9') {
                return 0;
            }
            value = value * 10 + content[i] - '0';
        }
        return value;
    }

    private int indexOf(char wanted, int from, int to) {
        for (var i = from; i < to; i++) {
            if (content[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
