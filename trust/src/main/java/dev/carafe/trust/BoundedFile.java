package dev.carafe.trust;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Files of the operator's, read whole within a bound.
final class BoundedFile {
    private BoundedFile() {}

    /// @param what the file is for, the beginning of the message
    static byte[] read(Path file, int maxBytes, String what) throws PolicyException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new PolicyException(what + " " + file + " is larger than " + maxBytes + " bytes");
            }
            return bytes;
        } catch (PolicyException e) {
            throw e;
        } catch (IOException e) {
            throw new PolicyException(what + " " + file + " can't be read: " + reason(e), e);
        }
    }

    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> e.getClass().getSimpleName() + ": " + e.getMessage();
        };
    }
}
