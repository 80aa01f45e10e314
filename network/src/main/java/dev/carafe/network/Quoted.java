package dev.carafe.network;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Foreign text inside our messages: bounded, and without the control characters that could forge a line of the log.
final class Quoted {
    private static final int LONGEST = 512;

    private Quoted() {}

    static String of(String text) {
        return '"' + plain(text) + '"';
    }

    /// Without the quotes.
    static String plain(String text) {
        var shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return shown.replaceAll("\\p{Cntrl}", " ");
    }

    /// The end of an output, where programs say why they gave up.
    static String tail(byte[] utf8) {
        var start = Math.max(0, utf8.length - LONGEST);
        var text = new String(Arrays.copyOfRange(utf8, start, utf8.length), StandardCharsets.UTF_8).strip();
        return of(start > 0 ? "…" + text.substring(Math.min(1, text.length())) : text);
    }
}
