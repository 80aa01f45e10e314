package dev.carafe.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The name of content by its hash (image-spec, descriptor.md, Digests): sha256 or sha512. Safe as a file name.
public record Digest(String algorithm, String hex) {
    /// The name of a provider of java.security whose hashes are quicker than the JDK's; it need not be there.
    public static final String STREAMS = "CarafeHost";

    private static final Map<String, Integer> HEX_DIGITS = Map.of("sha256", 64, "sha512", 128);
    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

    /// @throws IllegalArgumentException for an unknown algorithm and for what is not its lower-case hexadecimal form
    public Digest {
        var digits = HEX_DIGITS.get(algorithm);
        if (digits == null) {
            throw new IllegalArgumentException("unknown digest algorithm: " + Quoted.of(algorithm));
        }
        if (!isHex(hex, digits)) {
            throw new IllegalArgumentException("not " + digits + " lower-case hexadecimal digits of a " + algorithm
                    + " digest: " + Quoted.of(hex));
        }
    }

    /// @throws IllegalArgumentException when it is not `algorithm:hex`
    public static Digest parse(String text) {
        var colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("not a digest: " + Quoted.of(text));
        }
        return new Digest(text.substring(0, colon), text.substring(colon + 1));
    }

    /// Empty when it is not `algorithm:hex`.
    public static Optional<Digest> find(String text) {
        var colon = Math.max(0, text.indexOf(':'));
        var algorithm = text.substring(0, colon);
        var digits = HEX_DIGITS.get(algorithm);
        if (digits == null) {
            return Optional.empty();
        }
        var hex = text.substring(colon + 1);
        return isHex(hex, digits) ? Optional.of(new Digest(algorithm, hex)) : Optional.empty();
    }

    public static Digest sha256(byte[] content) {
        return new Digest("sha256", HexFormat.of().formatHex(hash("sha256").digest(content)));
    }

    /// A fresh hash of this digest's algorithm, for content that streams: by the provider [#STREAMS] where there is one
    /// that has it, else by the JDK.
    public MessageDigest newHash() {
        try {
            return MessageDigest.getInstance(name(algorithm), STREAMS);
        } catch (NoSuchProviderException | NoSuchAlgorithmException none) {
            return hash(algorithm);
        }
    }

    /// Whether this is the content's.
    public boolean isOf(byte[] content) {
        return matches(hash(algorithm).digest(content));
    }

    /// Whether the finished hash is this digest.
    public boolean matches(byte[] hash) {
        return HexFormat.of().formatHex(hash).equals(hex);
    }

    private static MessageDigest hash(String algorithm) {
        try {
            return MessageDigest.getInstance(name(algorithm));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static boolean isHex(String text, int digits) {
        return text.length() == digits && HEX.matcher(text).matches();
    }

    /// As java.security has it.
    private static String name(String algorithm) {
        return algorithm.equals("sha256") ? "SHA-256" : "SHA-512";
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
