package dev.carafe.engine.state;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Ids become names of folders and cgroups, so their form is held everywhere.
final class Ids {
    private static final int BYTES = 32;
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{" + 2 * BYTES + "}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    static String random() {
        var bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static boolean isOne(String text) {
        return FORM.matcher(text).matches();
    }

    static void check(String value) {
        if (!isOne(value)) {
            throw new IllegalArgumentException("not an id of 64 hexadecimal digits: " + value);
        }
    }
}
