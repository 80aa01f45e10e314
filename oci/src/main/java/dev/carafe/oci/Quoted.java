package dev.carafe.oci;

/// Foreign text inside our messages: bounded, and without control characters that could forge a line.
public final class Quoted {
    private static final int LONGEST = 120;

    private Quoted() {}

    public static String of(String text) {
        var shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return "\"" + printable(shown) + "\"";
    }

    /// For what is bounded already.
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
