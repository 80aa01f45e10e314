package dev.carafe.registry;

import java.util.regex.Pattern;

/// Foreign text inside our messages: bounded, on one line, without what could steer a terminal and without the
/// queries of URLs, which may be signatures.
final class Shown {
    private static final int LONGEST = 200;
    private static final Pattern QUERY = Pattern.compile("(?i)(https?://[^\\s?\"'<>]*)\\?[^\\s\"'<>]*");
    /// Besides spaces: control, format (bidirectional overrides), separators, private use, lone surrogates.
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\s\\p{C}\\p{Zl}\\p{Zp}]+");

    private Shown() {}

    static String of(String text) {
        var shown = UNPRINTABLE
                .matcher(QUERY.matcher(text).replaceAll("$1"))
                .replaceAll(" ")
                .strip();
        return shown.length() > LONGEST ? shown.substring(0, LONGEST) + "…" : shown;
    }
}
