package dev.carafe.linux;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// The signals of Linux by number and by name (signal(7); the numbers of x86_64 and aarch64).
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

    private static final String PREFIX = "SIG";
    private static final int FIRST_REALTIME = 34;
    private static final int LAST_REALTIME = 64;
    private static final List<String> NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private Signals() {}

    /// By number or name, with or without `SIG`, in any case; real-time signals as `RTMIN+3` and `RTMAX-1`. Empty for
    /// what is no signal.
    public static OptionalInt parse(String text) {
        var name = text.strip().toUpperCase(Locale.ROOT);
        if (name.startsWith(PREFIX)) {
            name = name.substring(PREFIX.length());
        }
        var known = name.isEmpty() ? -1 : NAMES.indexOf(name);
        if (known > 0) {
            return OptionalInt.of(known);
        }
        if (name.startsWith("RTMIN")) {
            return valid(FIRST_REALTIME, name.substring("RTMIN".length()), FIRST_REALTIME);
        }
        if (name.startsWith("RTMAX")) {
            return valid(LAST_REALTIME, name.substring("RTMAX".length()), FIRST_REALTIME);
        }
        return valid(0, name.isEmpty() ? "none" : name, 1);
    }

    private static OptionalInt valid(int base, String offset, int lowest) {
        try {
            var signal = base + (offset.isEmpty() ? 0 : Integer.parseInt(offset));
            return signal >= lowest && signal <= LAST_REALTIME ? OptionalInt.of(signal) : OptionalInt.empty();
        } catch (NumberFormatException notANumber) {
            return OptionalInt.empty();
        }
    }

    /// As `SIGTERM`, `SIGRTMIN+3` or `SIGRTMAX-1`.
    public static String name(int signal) {
        if (signal > 0 && signal < NAMES.size()) {
            return PREFIX + NAMES.get(signal);
        }
        if (signal < FIRST_REALTIME || signal > LAST_REALTIME) {
            throw new IllegalArgumentException("there is no signal " + signal);
        }
        var up = signal - FIRST_REALTIME;
        var down = LAST_REALTIME - signal;
        if (up <= 15) {
            return up == 0 ? "SIGRTMIN" : "SIGRTMIN+" + up;
        }
        return down == 0 ? "SIGRTMAX" : "SIGRTMAX-" + down;
    }
}
