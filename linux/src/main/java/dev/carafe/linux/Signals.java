package dev.carafe.linux;

import java.util.OptionalInt;

/// The signals of Linux by number and by name.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Signals {
    public static final int HUP = 1;
    public static final int INT = 2;
    public static final int QUIT = 3;
    public static final int KILL = 9;
    public static final int USR1 = 10;
    public static final int TERM = 15;
    public static final int CHLD = 17;
    public static final int CONT = 18;
    public static final int STOP = 19;

    private Signals() {}

    public static OptionalInt parse(String text) {
        throw Unwritten.yet();
    }

    public static String name(int signal) {
        throw Unwritten.yet();
    }
}
