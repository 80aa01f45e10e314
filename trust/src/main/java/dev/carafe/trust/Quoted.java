package dev.carafe.trust;

/// Foreign text inside our messages: bounded, on one line, and without what could steer a terminal or reorder
/// it.
final class Quoted {
    private static final int LONGEST = 160;

    private Quoted() {}

    static String of(String text) {
        var shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return "\"" + shown.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?") + "\"";
    }
}
