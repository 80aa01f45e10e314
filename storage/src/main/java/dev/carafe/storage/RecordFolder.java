package dev.carafe.storage;

import dev.carafe.linux.DiskSpace;
import dev.carafe.linux.Durability;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Small durable JSON documents, one file each. When [#write] or [#delete] returns, the change survives the daemon,
/// and in a folder that was opened by [#open] a power cut too; after a crash within, the record is wholly as before
/// or wholly as after, since one rename is its commit point. A damaged file is set aside and reported, and costs no
/// other. Any thread may call; of two writes of one name at once, one wins whole.
public final class RecordFolder {
    /// A record is metadata: an image's holds a manifest and a config of 4 MiB each, quoted.
    static final int MAXIMUM_RECORD_BYTES = 32 << 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,199}");
    /// After a record's name, in the name of its file.
    public static final String SUFFIX = ".json";

    private static final String TEMPORARY_SUFFIX = ".tmp";
    private static final String DAMAGED_SUFFIX = ".damaged";

    private final Path folder;
    private final int schema;
    private final Optional<LaterSync> later;
    private final AtomicLong temporaries = new AtomicLong();

    /// @param documents by name
    public record Contents(Map<String, String> documents, List<Damaged> damaged) {
        public Contents {
            documents = Map.copyOf(documents);
            damaged = List.copyOf(damaged);
        }
    }

    /// A record that could not be read. Its file stays beside the others for a person to look at.
    public record Damaged(String name, String why) {}

    private RecordFolder(Path folder, int schema, Optional<LaterSync> later) {
        this.folder = folder;
        this.schema = schema;
        this.later = later;
    }

    /// Makes the folder where it is missing and deletes what half-written records a crash left.
    ///
    /// @param schema the version of the documents, written into each
    public static RecordFolder open(Path folder, int schema) throws IOException {
        return open(folder, schema, Optional.empty());
    }

    /// As [#open], for records of what a power cut ends anyway: a change survives one only after a moment, and the
    /// caller does not wait for the disk. A record that was cut off is reported as damaged.
    public static RecordFolder openQuick(Path folder, int schema) throws IOException {
        return open(folder, schema, Optional.of(new LaterSync()));
    }

    private static RecordFolder open(Path folder, int schema, Optional<LaterSync> later) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Durability.syncDirectory(folder.resolveSibling("."));
        }
        try (var files = Files.newDirectoryStream(folder, "*" + TEMPORARY_SUFFIX)) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        }
        return new RecordFolder(folder, schema, later);
    }

    public void write(String name, String json) throws IOException {
        var bytes = RecordEnvelope.wrap(schema, json.getBytes(StandardCharsets.UTF_8));
        if (bytes.length > MAXIMUM_RECORD_BYTES) {
            throw new IOException("record " + name + " is larger than " + MAXIMUM_RECORD_BYTES + " bytes");
        }
        var target = file(name);
        var temporary = folder.resolve(name + "." + temporaries.incrementAndGet() + TEMPORARY_SUFFIX);
        try {
            write(temporary, bytes);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            var explained = DiskSpace.explained(e, folder);
            deleteAfter(explained, temporary);
            throw explained;
        }
        settle(target);
    }

    /// Idempotent.
    public void delete(String name) throws IOException {
        var file = file(name);
        if (Files.deleteIfExists(file)) {
            settle(file);
        }
    }

    private void settle(Path changed) throws IOException {
        if (later.isPresent()) {
            later.get().changed(changed);
        } else {
            Durability.syncDirectory(folder);
        }
    }

    /// Every record that can be read; each damaged one is set aside under its name with `.damaged` appended.
    ///
    /// @throws NewerRecordException when there is one of a newer version: what stands on it would be nobody's
    public Contents readAll() throws IOException {
        var documents = new HashMap<String, String>();
        var damaged = new ArrayList<Damaged>();
        var newer = new ArrayList<Path>();
        var newest = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (var file : files) {
                var fileName = file.getFileName().toString();
                var name = fileName.substring(0, fileName.length() - SUFFIX.length());
                switch (read(file)) {
                    case RecordEnvelope.Document(var json) -> documents.put(name, json);
                    case RecordEnvelope.Newer(var version) -> {
                        newer.add(file);
                        newest = Math.max(newest, version);
                    }
                    case RecordEnvelope.Broken(var why) -> {
                        damaged.add(new Damaged(name, why));
                        setAside(file);
                    }
                }
            }
        }
        if (!newer.isEmpty()) {
            throw new NewerRecordException(newer, newest, schema);
        }
        return new Contents(documents, damaged);
    }

    /// Reads a folder of records that is somebody else's: nothing in it is changed.
    ///
    /// @param budget of all documents together; what goes beyond it counts as damaged
    static void peek(
            Path folder, int schema, ByteBudget budget, BiConsumer<String, String> documents, Consumer<Damaged> damaged)
            throws IOException {
        var reader = new RecordFolder(folder, schema, Optional.empty());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (var file : files) {
                var fileName = file.getFileName().toString();
                var name = fileName.substring(0, fileName.length() - SUFFIX.length());
                switch (reader.peek(file, budget)) {
                    case RecordEnvelope.Document(var json) -> documents.accept(name, json);
                    case RecordEnvelope.Newer(var version) -> damaged.accept(new Damaged(name, "schema " + version));
                    case RecordEnvelope.Broken(var why) -> damaged.accept(new Damaged(name, why));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private RecordEnvelope.Content peek(Path file, ByteBudget budget) throws IOException {
        try {
            budget.take(Files.size(file), "it");
        } catch (IOException e) {
            return new RecordEnvelope.Broken(String.valueOf(e.getMessage()));
        }
        return read(file);
    }

    private RecordEnvelope.Content read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return new RecordEnvelope.Broken("not a regular file");
        }
        if (Files.size(file) > MAXIMUM_RECORD_BYTES) {
            return new RecordEnvelope.Broken("larger than " + MAXIMUM_RECORD_BYTES + " bytes");
        }
        return RecordEnvelope.unwrap(schema, Files.readAllBytes(file));
    }

    private void setAside(Path file) throws IOException {
        Files.move(
                file,
                file.resolveSibling(file.getFileName() + DAMAGED_SUFFIX),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Durability.syncDirectory(folder);
    }

    private void write(Path file, byte[] bytes) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (later.isEmpty()) {
                channel.force(true);
            }
        } catch (NoSuchFileException e) {
            throw (IOException) new FileNotFoundException(file + ": the folder of records is gone").initCause(e);
        }
    }

    private static void deleteAfter(IOException failure, Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private Path file(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a record name: " + name);
        }
        return folder.resolve(name + SUFFIX);
    }
}
