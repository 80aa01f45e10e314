package dev.carafe.storage;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The form of a record's file: JSON that a person can read, in three lines, of which the middle one is the
/// document, byte for byte as the checksum covers it. From schema 2 on the checksum covers the schema as well,
/// before the document and on a line of its own: a damaged digit does not make a record a newer version's.
final class RecordEnvelope {
    private static final Pattern HEAD =
            Pattern.compile("\\{\"schema\":([1-9]\\d{0,8}),\"checksum\":\"sha256:([0-9a-f]{64})\",\"document\":");
    private static final byte[] TAIL = "\n}\n".getBytes(StandardCharsets.UTF_8);
    private static final int MAXIMUM_HEAD = 160;
    private static final MessageDigest SHA_256 = sha256();

    sealed interface Content {}

    record Document(String json) implements Content {}

    record Newer(int schema) implements Content {}

    record Broken(String why) implements Content {}

    private RecordEnvelope() {}

    static byte[] wrap(int schema, byte[] document) {
        var head = "{\"schema\":" + schema + ",\"checksum\":\"sha256:" + checksum(schema, document, 0, document.length)
                + "\",\"document\":\n";
        var bytes = Arrays.copyOf(head.getBytes(StandardCharsets.UTF_8), head.length() + document.length + TAIL.length);
        System.arraycopy(document, 0, bytes, head.length(), document.length);
        System.arraycopy(TAIL, 0, bytes, bytes.length - TAIL.length, TAIL.length);
        return bytes;
    }

    static Content unwrap(int known, byte[] bytes) {
        var headLength = 0;
        while (headLength < Math.min(bytes.length, MAXIMUM_HEAD) && bytes[headLength] != '\n') {
            headLength++;
        }
        var head = HEAD.matcher(new String(bytes, 0, headLength, StandardCharsets.UTF_8));
        if (!head.matches()) {
            return new Broken(bytes.length == 0 ? "empty" : "no envelope");
        }
        var start = headLength + 1;
        var end = bytes.length - TAIL.length;
        if (start > end || !Arrays.equals(bytes, end, bytes.length, TAIL, 0, TAIL.length)) {
            return new Broken("cut short");
        }
        var schema = Integer.parseInt(head.group(1));
        if (!checksum(schema, bytes, start, end - start).equals(head.group(2))) {
            return new Broken("checksum differs");
        }
        if (schema > known) {
            return new Newer(schema);
        }
        return document(bytes, start, end - start);
    }

    private static Content document(byte[] bytes, int offset, int length) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
            return new Document(text.toString());
        } catch (CharacterCodingException _) {
            return new Broken("not UTF-8");
        }
    }

    private static String checksum(int schema, byte[] bytes, int offset, int length) {
        var sha256 = newSha256();
        if (schema > 1) {
            sha256.update((schema + "\n").getBytes(StandardCharsets.UTF_8));
        }
        sha256.update(bytes, offset, length);
        return HexFormat.of().formatHex(sha256.digest());
    }

    /// A copy of one that has hashed nothing: to look for a provider anew takes longer than a record's hash.
    private static MessageDigest newSha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
