package dev.carafe.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// File names between the kernel, where they are bytes, and Java. Valid UTF-8 reads as such; any other byte becomes a
/// lone surrogate U+DC80 to U+DCFF and turns back into the same byte, so that no name of a foreign file system is
/// lost or changed on its way.
public final class FileNames {
    private static final int ESCAPE = 0xDC00;

    private FileNames() {}

    public static String decode(byte[] name) {
        return decode(name, 0, name.length);
    }

    public static String decode(byte[] bytes, int offset, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString();
        } catch (CharacterCodingException _) {
            return decodeEscaping(bytes, offset, length);
        }
    }

    public static byte[] encode(String name) {
        for (var i = 0; i < name.length(); i++) {
            if (isEscape(name.charAt(i)) && !(i > 0 && Character.isHighSurrogate(name.charAt(i - 1)))) {
                return encodeEscaped(name);
            }
        }
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private static String decodeEscaping(byte[] bytes, int offset, int length) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes, offset, length);
        var out = CharBuffer.allocate(length);
        while (true) {
            var result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            for (var i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE + (in.get() & 0xFF)));
            }
            decoder.reset();
        }
    }

    private static byte[] encodeEscaped(String name) {
        var out = new ByteArrayOutputStream(name.length() + 16);
        for (var i = 0; i < name.length(); ) {
            var point = name.codePointAt(i);
            if (point >= ESCAPE + 0x80 && point <= ESCAPE + 0xFF) {
                out.write(point - ESCAPE);
            } else {
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
            i += Character.charCount(point);
        }
        return out.toByteArray();
    }

    private static boolean isEscape(char c) {
        return c >= ESCAPE + 0x80 && c <= ESCAPE + 0xFF;
    }
}
