package dev.carafe.trust;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The least of DER (X.690): one value of a known type, with nothing after it.
final class Der {
    static final int OCTETS = 0x04;
    static final int UTF8 = 0x0c;

    private static final int LONG_FORM = 0x80;

    private Der() {}

    static String text(int tag, byte[] der) throws BadFormException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content(tag, der)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadFormException("it is not UTF-8", e);
        }
    }

    static byte[] content(int tag, byte[] der) throws BadFormException {
        if (der.length < 2 || Byte.toUnsignedInt(der[0]) != tag) {
            throw new BadFormException("it is not of the expected type");
        }
        var length = Byte.toUnsignedInt(der[1]);
        var begin = 2;
        if (length >= LONG_FORM) {
            var count = length - LONG_FORM;
            length = 0;
            if (count < 1 || count > 2 || der.length < 2 + count) {
                throw new BadFormException("its length is not well-formed");
            }
            for (; begin < 2 + count; begin++) {
                length = length * 256 + Byte.toUnsignedInt(der[begin]);
            }
        }
        if (der.length - begin != length) {
            throw new BadFormException("its length is not what it says");
        }
        return Arrays.copyOfRange(der, begin, der.length);
    }
}
