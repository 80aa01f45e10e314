package dev.carafe.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The names of system calls by their numbers, which differ from one machine to the next; one kernel serves several
/// (seccomp(2), on `arch`). The tables are those of Linux 6.17.
final class SyscallNames {
    /// AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64 (the kernel's audit.h).
    static final int X86_64 = 0xC000003E;

    static final int I386 = 0x40000003;
    static final int AARCH64 = 0xC00000B7;

    /// In the numbers of x32, which are those of x86_64 but for a few.
    private static final int X32 = 0x40000000;

    private SyscallNames() {}

    /// Read when the first of them is asked for.
    private static final class Tables {
        private static final Map<Integer, Map<Integer, String>> ALL =
                Map.of(X86_64, read("x86_64"), I386, read("i386"), AARCH64, read("aarch64"));

        private static Map<Integer, String> read(String machine) {
            var resource = SyscallNames.class.getResourceAsStream("syscalls-" + machine);
            if (resource == null) {
                throw new IllegalStateException("the system calls of " + machine + " are missing from the program");
            }
            var names = new HashMap<Integer, String>();
            try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    var space = line.indexOf(' ');
                    names.put(Integer.parseInt(line, 0, space, 10), line.substring(space + 1));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Map.copyOf(names);
        }
    }

    /// `call NUMBER` for one that has no name here.
    static String of(int architecture, int number) {
        var bare = architecture == X86_64 ? number & ~X32 : number;
        return Tables.ALL.getOrDefault(architecture, Map.of()).getOrDefault(bare, "call " + number);
    }
}
