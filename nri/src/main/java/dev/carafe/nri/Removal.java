package dev.carafe.nri;

/// Keys by which plugins take things away: a `-` before them.
public final class Removal {
    private static final String MARK = "-";

    private Removal() {}

    public static boolean isMarked(String key) {
        return key.startsWith(MARK);
    }

    /// The key without the mark, should it have one.
    public static String unmarked(String key) {
        return isMarked(key) ? key.substring(MARK.length()) : key;
    }

    static String marked(String key) {
        return MARK + key;
    }
}
