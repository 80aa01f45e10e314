package dev.carafe.trust;

import dev.carafe.oci.Digest;
import dev.carafe.oci.Reference;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Where the signatures of one image are kept (containers-registries.d(5)).
///
/// @param lookaside base URL of simple-signing signatures: file, http or https
/// @param areAttached whether sigstore signatures are looked for beside the image
public record SignaturePlaces(URI lookaside, boolean areAttached) {
    /// Of one signature.
    public static final int MAX_SIGNATURE_BYTES = 64 * 1024;

    /// Of one image.
    public static final int MOST_SIGNATURES = 128;

    public SignaturePlaces {
        var scheme = String.valueOf(lookaside.getScheme());
        var known = scheme.equals("file") || scheme.equals("http") || scheme.equals("https");
        if (!known || lookaside.getRawQuery() != null || lookaside.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "a URL of file, http or https without query is expected, not " + Quoted.of(lookaside.toString()));
        }
        if (scheme.equals("file")
                && (lookaside.getPath() == null || !lookaside.getPath().startsWith("/"))) {
            throw new IllegalArgumentException("an absolute path is expected in " + Quoted.of(lookaside.toString()));
        }
    }

    public boolean isFile() {
        return "file".equals(lookaside.getScheme());
    }

    /// @param number from 1 on; the first that is missing ends the list
    public String signature(Reference image, Digest manifest, int number) {
        return lookaside + below(image, manifest, number);
    }

    private static String below(Reference image, Digest manifest, int number) {
        return "/" + image.repository() + "@" + manifest.algorithm() + "=" + manifest.hex() + "/signature-" + number;
    }

    /// From a folder; empty where there is no such signature.
    public Optional<byte[]> read(Reference image, Digest manifest, int number) throws PolicyException {
        var file = Path.of(lookaside.getPath() + below(image, manifest, number));
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MAX_SIGNATURE_BYTES + 1);
            if (bytes.length > MAX_SIGNATURE_BYTES) {
                throw new PolicyException(
                        "the signature " + file + " is larger than " + MAX_SIGNATURE_BYTES + " bytes");
            }
            return Optional.of(bytes);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (PolicyException e) {
            throw e;
        } catch (IOException e) {
            throw new PolicyException("the signature " + file + " can't be read: " + BoundedFile.reason(e), e);
        }
    }
}
