package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Fd;
import dev.carafe.linux.NativeMemory;
import dev.carafe.oci.Digest;
import dev.carafe.storage.RecipeSteps.Aside;
import dev.carafe.storage.RecipeSteps.Bytes;
import dev.carafe.storage.RecipeSteps.Content;
import dev.carafe.storage.RecipeSteps.Zeros;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/// Makes the tar of a layer again, of its files and its recipe, and holds it against the layer's diffID. Changes
/// nothing of what is there. For one thread, whose interrupt ends it.
final class RebuildTar implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;

    private final AsideNames asideNames;
    private final OpenDirectories files;
    private final Optional<OpenDirectories> aside;
    private final MessageDigest digest;
    private final WritableByteChannel target;
    private final NativeMemory memory = new NativeMemory(BUFFER_BYTES);
    private final ByteBuffer buffer = memory.buffer();

    private RebuildTar(AsideNames asideNames, Path folder, MessageDigest digest, WritableByteChannel target)
            throws IOException {
        this.asideNames = asideNames;
        this.digest = digest;
        this.target = target;
        files = new OpenDirectories(Directory.open(StorePaths.files(folder)));
        try {
            var itsAside = StorePaths.aside(folder);
            aside = Files.isDirectory(itsAside)
                    ? Optional.of(new OpenDirectories(Directory.open(itsAside)))
                    : Optional.empty();
        } catch (IOException e) {
            files.close();
            memory.close();
            throw e;
        }
    }

    /// @param folder of the layer
    /// @param target gets so much of the tar as can be made, also when it proves wrong in the end
    /// @throws IOException also when what was made has another digest
    static void run(Path folder, Digest diffId, WritableByteChannel target) throws IOException {
        var recipe = StorePaths.recipe(folder);
        try (var rebuild = new RebuildTar(AsideNames.read(recipe), folder, diffId.newHash(), target);
                var steps = new RecipeSteps(recipe)) {
            rebuild.run(steps);
            if (!diffId.matches(rebuild.digest.digest())) {
                throw new IOException("its files are not as they were unpacked: they make another tar");
            }
        }
    }

    private void run(RecipeSteps steps) throws IOException {
        for (var part = steps.next(); part.isPresent(); part = steps.next()) {
            switch (part.get()) {
                case Bytes(var bytes) -> add(bytes);
                case Zeros(var count) -> addZeros(count);
                case Content content -> add(content);
                case Aside _ -> {}
            }
        }
        flush();
    }

    private void add(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            makeRoom();
            var count = Math.min(bytes.remaining(), buffer.remaining());
            buffer.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
        }
    }

    private void addZeros(long count) throws IOException {
        for (var left = count; left > 0; left--) {
            makeRoom();
            buffer.put((byte) 0);
        }
    }

    private void add(Content content) throws IOException {
        try (var file = open(content)) {
            for (var i = 0; i < content.extents().length; i += 2) {
                add(file, content.path(), content.extents()[i], content.extents()[i + 1]);
            }
        }
    }

    private Fd open(Content content) throws IOException {
        var moved = asideNames.find(content.path(), content.step());
        if (moved.isEmpty()) {
            return open(files, content.path());
        }
        return open(aside.orElseThrow(() -> new IOException("the folder of replaced files is missing")), moved.get());
    }

    private static Fd open(OpenDirectories directories, String path) throws IOException {
        var place = StagedTree.Place.of(path);
        return directories.get(place.parent()).openFile(place.name());
    }

    private void add(Fd file, String path, long offset, long length) throws IOException {
        for (var done = 0L; done < length; ) {
            makeRoom();
            var part = buffer.slice(buffer.position(), (int) Math.min(length - done, buffer.remaining()));
            var count = file.readAt(part, offset + done);
            if (count == 0) {
                throw new IOException(path + " is shorter than it was");
            }
            buffer.position(buffer.position() + count);
            done += count;
        }
    }

    private void makeRoom() throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
    }

    private void flush() throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while making a tar");
        }
        digest.update(buffer.flip());
        buffer.rewind();
        while (buffer.hasRemaining()) {
            target.write(buffer);
        }
        buffer.clear();
    }

    @Override
    public void close() {
        memory.close();
        aside.ifPresent(OpenDirectories::close);
        files.close();
    }
}
