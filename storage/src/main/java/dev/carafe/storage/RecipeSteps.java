package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// Reads what [TarRecipe] wrote, step by step. What is damaged or has no end is an IOException, at the latest where
/// the end should be. For one thread.
final class RecipeSteps implements AutoCloseable {
    private static final int BUFFER_BYTES = 32 << 10;

    /// The longest that the writer gives at once: a header's extension, or a block of the stream.
    private static final int MAXIMUM_LITERAL_BYTES = Math.max(TarReader.MAXIMUM_EXTENSION_BYTES, BlockRing.BLOCK_BYTES);

    private final DataInputStream input;
    private final byte[] block = new byte[TarHeader.BYTES];
    private byte[] path = {};
    private long tarBytes;
    private long steps;

    /// What one step adds to the tar.
    sealed interface Part {}

    /// @param buffer lent until the next step
    record Bytes(ByteBuffer buffer) implements Part {}

    record Zeros(long count) implements Part {}

    /// Content of a file.
    ///
    /// @param extents offset and length of each piece, in turn
    /// @param step its number
    @SuppressWarnings("ArrayRecordComponent") // a few numbers that nobody compares
    record Content(String path, long[] extents, long step) implements Part {}

    /// Nothing; what has the path is kept elsewhere from this step on.
    record Aside(String path, long step) implements Part {}

    RecipeSteps(Path file) throws IOException {
        try {
            input = new DataInputStream(new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES));
        } catch (NoSuchFileException e) {
            throw new IOException("the record of its tar is missing", e);
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    /// Empty at the end, once that is found to be right.
    Optional<Part> next() throws IOException {
        try {
            while (true) {
                var letter = (char) input.readUnsignedByte();
                steps++;
                switch (letter) {
                    case 'V' -> require(steps == 1 && input.readInt() == TarRecipe.VERSION);
                    case 'E' -> {
                        end();
                        return Optional.empty();
                    }
                    default -> {
                        return Optional.of(counted(part(letter)));
                    }
                }
            }
        } catch (DamagedException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    private Part part(char letter) throws IOException {
        return switch (letter) {
            case 'H' -> block();
            case 'B' -> literal(input.readInt());
            case 'Z' -> new Zeros(count(input.readLong()));
            case 'F' -> new Content(path(), new long[] {0, count(input.readLong())}, steps);
            case 'S' -> new Content(path(), pieces(input.readInt()), steps);
            case 'A' -> new Aside(path(), steps);
            default -> throw new DamagedException("it has a step " + (int) letter);
        };
    }

    private Part block() throws IOException {
        var mask = input.readLong();
        for (var word = 0; word < Long.SIZE; word++) {
            if ((mask >>> word & 1) != 0) {
                input.readFully(block, word * TarRecipe.WORD_BYTES, TarRecipe.WORD_BYTES);
            }
        }
        return new Bytes(ByteBuffer.wrap(block));
    }

    private Part literal(int length) throws IOException {
        require(length > 0 && length <= MAXIMUM_LITERAL_BYTES);
        var bytes = new byte[length];
        input.readFully(bytes);
        return new Bytes(ByteBuffer.wrap(bytes));
    }

    private static long count(long count) throws IOException {
        require(count > 0);
        return count;
    }

    private String path() throws IOException {
        var common = input.readUnsignedShort();
        var rest = input.readUnsignedShort();
        require(common <= path.length);
        var bytes = Arrays.copyOf(path, common + rest);
        input.readFully(bytes, common, rest);
        path = bytes;
        return FileNames.decode(bytes);
    }

    private long[] pieces(int count) throws IOException {
        require(count > 0 && count <= SparseMap.MAXIMUM_PIECES);
        var extents = new long[2 * count];
        for (var i = 0; i < extents.length; i++) {
            extents[i] = input.readLong();
            require(extents[i] >= 0);
        }
        return extents;
    }

    private Part counted(Part part) throws IOException {
        switch (part) {
            case Bytes(var buffer) -> tarBytes += buffer.remaining();
            case Zeros(var count) -> add(count);
            case Content content -> {
                for (var i = 1; i < content.extents.length; i += 2) {
                    add(content.extents[i]);
                }
            }
            case Aside _ -> {}
        }
        return part;
    }

    private void add(long count) throws IOException {
        require(count <= Long.MAX_VALUE - tarBytes);
        tarBytes += count;
    }

    private void end() throws IOException {
        require(input.readLong() == tarBytes);
        require(input.readLong() == steps);
        require(input.read() < 0);
    }

    /// Of the whole tar, once there is no further step.
    long tarBytes() {
        return tarBytes;
    }

    private static void require(boolean isSo) throws IOException {
        if (!isSo) {
            throw new DamagedException("it is not as it was written");
        }
    }

    private static IOException damaged(Exception cause) {
        return new DamagedException(String.valueOf(cause.getMessage()), cause);
    }

    private static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;

        DamagedException(String why) {
            super(text(why));
        }

        DamagedException(String why, Exception cause) {
            super(text(why), cause);
        }

        private static String text(String why) {
            return "the record of its tar is damaged: " + why;
        }
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
