package dev.carafe.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What /proc/cpuinfo says of the first processor. Where it says nothing, the least is taken for true.
///
/// @param flags of x86
/// @param architecture of ARM, as `7` or `8`
record Processor(Set<String> flags, String architecture) {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    /// What each level of x86-64 above the first adds (psABI, Micro-Architecture Levels), in the kernel's words:
    /// its `abm` is LZCNT, its `pni` SSE3.
    private static final List<Set<String>> AMD64_LEVELS = List.of(
            Set.of("cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"),
            Set.of("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"),
            Set.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"));

    private static final int ARM_BASELINE = 6;
    private static final int ARM_HIGHEST_32_BIT = 7;

    Processor {
        flags = Set.copyOf(flags);
    }

    static Processor host() {
        try {
            return parse(Files.readString(CPUINFO, StandardCharsets.ISO_8859_1));
        } catch (IOException unreadable) {
            return new Processor(Set.of(), "");
        }
    }

    static Processor parse(String cpuinfo) {
        var flags = new HashSet<String>();
        var architecture = "";
        for (var line : cpuinfo.split("\n\n", 2)[0].lines().toList()) {
            var field = line.split(":", 2);
            var value = field.length == 2 ? field[1].strip() : "";
            switch (field[0].strip()) {
                case "flags" -> flags.addAll(Arrays.asList(value.split(" ")));
                case "CPU architecture" -> architecture = value;
                default -> {}
            }
        }
        return new Processor(flags, architecture);
    }

    int amd64Level() {
        var level = 1;
        for (var needed : AMD64_LEVELS) {
            if (!flags.containsAll(needed)) {
                break;
            }
            level++;
        }
        return level;
    }

    /// As 32-bit programs see it.
    int armLevel() {
        return architecture.matches("[0-9]{1,2}")
                ? Math.min(Integer.parseInt(architecture), ARM_HIGHEST_32_BIT)
                : ARM_BASELINE;
    }
}
