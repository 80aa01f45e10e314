package dev.carafe.daemon;

import dev.carafe.daemon.config.LifeSettings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the files of the last run tell about its end, and what this one tells the next. A file that can't be
/// read or written costs only that knowledge: the log names it. For one thread.
final class LastRun implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LastRun.class.getName());

    /// Beside the file that an orderly stop leaves: says that the last run would have left it.
    private static final String SUPPORTED = ".supported";

    /// Of a file with a version.
    private static final int MAX_BYTES = 128;

    /// CRI-O's has quotes, being JSON.
    private static final Pattern MINOR = Pattern.compile("\"?(\\d{1,9}\\.\\d{1,9})\\..*", Pattern.DOTALL);

    private final LifeSettings files;
    private final String version;
    private final boolean hasRebooted;
    private final Optional<String> upgradedFrom;
    private final boolean wasCutOff;
    private boolean hasBegun;

    private LastRun(
            LifeSettings files, String version, boolean hasRebooted, Optional<String> upgradedFrom, boolean wasCutOff) {
        this.files = files;
        this.version = version;
        this.hasRebooted = hasRebooted;
        this.upgradedFrom = upgradedFrom;
        this.wasCutOff = wasCutOff;
    }

    /// @param version of this program
    static LastRun read(LifeSettings files, String version) {
        var clean = files.cleanShutdownFile();
        return new LastRun(
                files,
                version,
                files.versionFile().isPresent()
                        && Files.notExists(files.versionFile().get()),
                upgradedFrom(files, version),
                clean.isPresent() && Files.notExists(clean.get()) && Files.exists(supported(clean.get())));
    }

    /// Another minor version; what can't be read is no version, and no reason to remove anything.
    private static Optional<String> upgradedFrom(LifeSettings files, String version) {
        if (files.persistentVersionFile().isEmpty()) {
            return Optional.empty();
        }
        var before = content(files.persistentVersionFile().get());
        var was = before.flatMap(LastRun::minor);
        if (before.isPresent() && was.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "no version is in {0}",
                    files.persistentVersionFile().get());
        }
        return was.isEmpty() || was.equals(minor(version)) ? Optional.empty() : before;
    }

    private static Optional<String> content(Path file) {
        try (var stream = Files.newInputStream(file)) {
            return Optional.of(new String(stream.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "could not read " + file, e);
            return Optional.empty();
        }
    }

    private static Optional<String> minor(String version) {
        var minor = MINOR.matcher(version);
        return minor.matches() ? Optional.of(minor.group(1)) : Optional.empty();
    }

    private static Path supported(Path clean) {
        return clean.resolveSibling(clean.getFileName() + SUPPORTED);
    }

    /// Also before the first run of all.
    boolean hasRebooted() {
        return hasRebooted;
    }

    /// The version that ran before, where it was another minor one.
    Optional<String> upgradedFrom() {
        return upgradedFrom;
    }

    /// The power may have gone while it ran: what a mere end of the daemon can't damage has to be looked at then.
    boolean mayHaveLostPower() {
        return wasCutOff && (hasRebooted || files.versionFile().isEmpty());
    }

    /// The next run is to be told of this one, from now on.
    void begin() {
        hasBegun = true;
        files.versionFile().ifPresent(file -> write(file, version));
        files.persistentVersionFile().ifPresent(file -> write(file, version));
        files.cleanShutdownFile().ifPresent(file -> {
            write(supported(file), version);
            delete(file);
        });
    }

    /// An orderly end, once all else has ended.
    @Override
    public void close() {
        if (hasBegun) {
            files.cleanShutdownFile().ifPresent(file -> write(file, version));
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(
                    file.resolveSibling("."),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            var temporary = file.resolveSibling(file.getFileName() + ".tmp");
            Files.writeString(temporary, text + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "could not write " + file, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "could not remove " + file, e);
        }
    }
}
