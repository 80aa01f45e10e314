package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Optional;

/// Verifies that the tar of a layer can still be made. For one thread, whose interrupt ends it.
final class CheckRecipe {
    private CheckRecipe() {}

    /// @param folder of the layer
    /// @param tarBytes that the layer's record claims
    /// @param isDeep makes the tar, of which nothing is kept
    /// @return why it can't be made; empty where it can, as far as was looked
    static Optional<String> run(Path folder, Digest diffId, long tarBytes, boolean isDeep) throws IOException {
        try {
            if (AsideNames.read(StorePaths.recipe(folder)).tarBytes() != tarBytes) {
                return Optional.of("the record of its tar is of another one");
            }
            if (isDeep) {
                RebuildTar.run(folder, diffId, new Nowhere());
            }
            return Optional.empty();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static final class Nowhere implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) {
            var count = bytes.remaining();
            bytes.position(bytes.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
