package dev.carafe.trust;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Blocks of PEM (RFC 7468).
///
/// @param label such as `CERTIFICATE`
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pem(String label, byte[] der) {
    private static final int MOST_BLOCKS = 64;
    private static final Pattern BLOCK =
            Pattern.compile("\\s*-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----\\s*");
    private static final Pattern SPACE = Pattern.compile("\\s");

    /// All blocks; text between them is not allowed.
    static List<Pem> blocks(byte[] bytes) throws BadFormException {
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        var blocks = new ArrayList<Pem>();
        var matcher = BLOCK.matcher(text);
        var end = 0;
        while (end < text.length()) {
            if (!matcher.region(end, text.length()).lookingAt() || blocks.size() == MOST_BLOCKS) {
                throw new BadFormException("not PEM, or more than " + MOST_BLOCKS + " blocks of it");
            }
            try {
                var der = Base64.getDecoder()
                        .decode(SPACE.matcher(matcher.group(2)).replaceAll(""));
                blocks.add(new Pem(matcher.group(1), der));
            } catch (IllegalArgumentException e) {
                throw new BadFormException("a block of PEM is not base64", e);
            }
            end = matcher.end();
        }
        return blocks;
    }

    static Pem only(byte[] bytes) throws BadFormException {
        var blocks = blocks(bytes);
        if (blocks.size() != 1) {
            throw new BadFormException("one block of PEM is expected, not " + blocks.size());
        }
        return blocks.getFirst();
    }
}
