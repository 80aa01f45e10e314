package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// The header blocks that a SPDY/3.1 client sends, one compressed stream over the whole connection (section 2.6.10).
/// Netty's own keep a quarter of a megabyte of native memory for each connection, most of it for blocks that we would
/// send; of ours a connection holds little, and nothing after [#close()]. For one thread.
final class HeaderBlocks implements AutoCloseable {
    /// Of one block, inflated.
    static final int MAX_BLOCK_BYTES = 16 * 1024;

    static final int MAX_HEADERS = 64;

    /// Names and values of the dictionary that stand behind their lengths in it.
    private static final List<String> DICTIONARY_WORDS = List.of(
            ("options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges"
                            + " age allow authorization cache-control connection content-base content-encoding"
                            + " content-language content-length content-location content-md5 content-range"
                            + " content-type date etag expect expires from host if-match if-modified-since"
                            + " if-none-match if-range if-unmodified-since last-modified location max-forwards"
                            + " pragma proxy-authenticate proxy-authorization range referer retry-after server te"
                            + " trailer transfer-encoding upgrade user-agent vary via warning www-authenticate"
                            + " method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin")
                    .split(" "));

    /// What follows them.
    private static final String DICTIONARY_END =
            "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
                    + "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request"
                    + "401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented"
                    + "503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 "
                    + "Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,"
                    + "application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age="
                    + "gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

    private static final byte[] DICTIONARY = dictionary();

    private static final int CHUNK_BYTES = 1024;

    private @Nullable Inflater inflater = new Inflater();
    private ByteArrayOutputStream block = new ByteArrayOutputStream(0);

    private static byte[] dictionary() {
        var bytes = new ByteArrayOutputStream();
        for (var word : DICTIONARY_WORDS) {
            var text = word.replace('_', ' ').getBytes(StandardCharsets.US_ASCII);
            bytes.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
            bytes.writeBytes(text);
        }
        bytes.writeBytes(DICTIONARY_END.getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    /// The next part of the block that has begun.
    void add(ByteBuf compressed) throws DataFormatException {
        if (inflater == null) {
            throw new DataFormatException("headers after the last stream was opened");
        }
        var bytes = new byte[compressed.readableBytes()];
        compressed.readBytes(bytes);
        inflater.setInput(bytes);
        var chunk = new byte[CHUNK_BYTES];
        while (true) {
            var count = inflater.inflate(chunk);
            if (count == 0 && inflater.needsDictionary()) {
                setDictionary(inflater);
            } else if (count == 0) {
                return;
            }
            block.write(chunk, 0, count);
            if (block.size() > MAX_BLOCK_BYTES) {
                throw new DataFormatException("headers of more than " + MAX_BLOCK_BYTES + " bytes");
            }
        }
    }

    private static void setDictionary(Inflater inflater) throws DataFormatException {
        try {
            inflater.setDictionary(DICTIONARY);
        } catch (IllegalArgumentException another) {
            throw new DataFormatException("headers are compressed with an unknown dictionary");
        }
    }

    /// The block that has ended, names in lower case; of values that were given several times the first.
    Map<String, String> end() throws DataFormatException {
        var bytes = ByteBuffer.wrap(block.toByteArray());
        block = new ByteArrayOutputStream(0);
        var count = number(bytes, MAX_HEADERS);
        var headers = new LinkedHashMap<String, String>();
        for (var i = 0; i < count; i++) {
            var name = text(bytes);
            headers.putIfAbsent(name.toLowerCase(Locale.ROOT), text(bytes).split("\0", 2)[0]);
        }
        return headers;
    }

    private static String text(ByteBuffer bytes) throws DataFormatException {
        var text = new byte[number(bytes, bytes.remaining())];
        if (text.length > bytes.remaining()) {
            throw new DataFormatException("a header is longer than its block");
        }
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static int number(ByteBuffer bytes, int max) throws DataFormatException {
        if (bytes.remaining() < Integer.BYTES) {
            throw new DataFormatException("a block of headers ends in a number");
        }
        var number = bytes.getInt();
        if (number < 0 || number > max) {
            throw new DataFormatException("no length of headers: " + Integer.toUnsignedString(number));
        }
        return number;
    }

    /// No more blocks will be taken. Idempotent.
    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
