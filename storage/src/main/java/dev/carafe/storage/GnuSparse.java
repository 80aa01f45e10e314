package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Reads the maps of sparse files in all forms that GNU tar has written (GNU tar manual, "Storing Sparse Files"):
/// the old one of type `S`, and 0.0, 0.1 and 1.0 in pax headers. Of 0.0, [PaxHeader] makes 0.1.
final class GnuSparse {
    static final String PREFIX = "GNU.sparse.";
    static final String MAP = PREFIX + "map";
    /// The name in the header of such a file is for tools that don't know the form.
    static final String NAME = PREFIX + "name";

    private static final String MAJOR = PREFIX + "major";
    private static final String MINOR = PREFIX + "minor";
    private static final int NUMBER_BYTES = 12;
    private static final int PIECE_BYTES = 2 * NUMBER_BYTES;

    /// Where the map goes on when it is longer than a header.
    @FunctionalInterface
    interface Blocks {
        /// Fills a whole block.
        void read(byte[] block) throws IOException;
    }

    private GnuSparse() {}

    static boolean isSparse(TarHeader header, Map<String, byte[]> pax) {
        return header.type() == 'S' || pax.containsKey(MAP) || pax.containsKey(MAJOR);
    }

    static long fileBytes(TarHeader header, Map<String, byte[]> pax) throws BadLayerException {
        if (header.type() == 'S') {
            return header.number(483, NUMBER_BYTES, "size of a sparse file");
        }
        var size = pax.getOrDefault(PREFIX + "realsize", pax.get(PREFIX + "size"));
        if (size == null) {
            throw new BadLayerException("tar: sparse file without its size");
        }
        return TarNumbers.decimal(new String(size, StandardCharsets.US_ASCII), PREFIX + "size");
    }

    /// @param blocks what follows the header
    static SparseMap.Builder map(TarHeader header, Map<String, byte[]> pax, Blocks blocks) throws IOException {
        if (header.type() == 'S') {
            return old(header, blocks);
        }
        if (!pax.containsKey(MAJOR)) {
            return text(FileNames.decode(pax.getOrDefault(MAP, new byte[0])));
        }
        var version = FileNames.decode(pax.getOrDefault(MAJOR, new byte[0])) + "."
                + FileNames.decode(pax.getOrDefault(MINOR, new byte[0]));
        if (!version.equals("1.0")) {
            throw new BadLayerException("tar: sparse file of unknown version " + version);
        }
        return leading(blocks);
    }

    /// True when the map is the first part of the content, so that the content is so much shorter.
    static boolean leads(Map<String, byte[]> pax) {
        return pax.containsKey(MAJOR);
    }

    /// Four pieces in the header, and 21 in each of the blocks that follow.
    private static SparseMap.Builder old(TarHeader header, Blocks blocks) throws IOException {
        var map = new SparseMap.Builder();
        var block = header.block();
        var isMore = addOld(map, block, 386, 4) && block[482] != 0;
        var further = new byte[TarHeader.BYTES];
        while (isMore) {
            blocks.read(further);
            isMore = addOld(map, further, 0, 21) && further[504] != 0;
        }
        return map;
    }

    private static boolean addOld(SparseMap.Builder map, byte[] block, int offset, int count) throws BadLayerException {
        for (var at = offset; at < offset + count * PIECE_BYTES; at += PIECE_BYTES) {
            if (block[at + NUMBER_BYTES] == 0) {
                return false;
            }
            map.add(
                    TarNumbers.parse(block, at, NUMBER_BYTES, "offset of a sparse piece"),
                    TarNumbers.parse(block, at + NUMBER_BYTES, NUMBER_BYTES, "length of a sparse piece"));
        }
        return true;
    }

    /// `offset,length,offset,length`
    private static SparseMap.Builder text(String text) throws BadLayerException {
        var map = new SparseMap.Builder();
        var numbers = text.isEmpty() ? new String[0] : text.split(",", -1);
        if (numbers.length % 2 != 0) {
            throw new BadLayerException("tar: sparse map with half a piece");
        }
        for (var i = 0; i < numbers.length; i += 2) {
            map.add(TarNumbers.decimal(numbers[i], MAP), TarNumbers.decimal(numbers[i + 1], MAP));
        }
        return map;
    }

    /// Lines with the count of pieces and then their offsets and lengths, filled up to a whole block.
    private static SparseMap.Builder leading(Blocks blocks) throws IOException {
        var map = new SparseMap.Builder();
        var lines = new Lines(blocks);
        for (var left = lines.next(); left > 0; left--) {
            map.add(lines.next(), lines.next());
        }
        return map;
    }

    private static final class Lines {
        private static final int MAXIMUM_DIGITS = 19;

        private final Blocks blocks;
        private final byte[] block = new byte[TarHeader.BYTES];
        private int position = TarHeader.BYTES;

        Lines(Blocks blocks) {
            this.blocks = blocks;
        }

        long next() throws IOException {
            var digits = new StringBuilder();
            for (var c = character(); c != '\n'; c = character()) {
                if (digits.length() == MAXIMUM_DIGITS) {
                    throw new BadLayerException("tar: number in a sparse map is too long");
                }
                digits.append(c);
            }
            return TarNumbers.decimal(digits.toString(), "sparse map");
        }

        private char character() throws IOException {
            if (position == TarHeader.BYTES) {
                blocks.read(block);
                position = 0;
            }
            return (char) (block[position++] & 0xff);
        }
    }
}
