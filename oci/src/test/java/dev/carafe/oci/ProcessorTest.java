package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorTest {
    private static final String V2 = "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3";
    private static final String V3 = V2 + " avx avx2 bmi1 bmi2 f16c fma abm movbe";
    private static final String V4 = V3 + " avx512f avx512bw avx512cd avx512dq avx512vl";

    @Test
    void aLevelOfAmd64NeedsAllThatItAndThoseBelowAdd() {
        assertEquals(1, flags("fpu lm").amd64Level());
        assertEquals(2, flags(V2).amd64Level());
        assertEquals(3, flags(V3).amd64Level());
        assertEquals(4, flags(V4).amd64Level());
        assertEquals(1, flags(V4.replace("ssse3", "")).amd64Level());
        assertEquals(2, flags(V4.replace("movbe", "")).amd64Level());
    }

    @Test
    void onlyTheFirstProcessorCounts() {
        assertEquals(
                1,
                Processor.parse("processor\t: 0\nflags\t\t: fpu\n\nprocessor\t: 1\nflags\t\t: " + V4 + "\n")
                        .amd64Level());
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "8, 7", "6, 6", "5, 5", "AArch64, 6", "'', 6"})
    void armIsAtMostTheSeventhFor32Bits(String architecture, int level) {
        assertEquals(
                level,
                Processor.parse("CPU architecture: " + architecture + "\n").armLevel());
    }

    @Test
    void theHostRunsWhatIsMadeForItsArchitecturesFirstLevel() {
        var host = Platform.host();
        assertTrue(host.runs(new Platform("linux", host.architecture(), "")), host.toString());
    }

    private static Processor flags(String flags) {
        return Processor.parse("vendor_id\t: x\nflags\t\t: " + flags + "\n");
    }
}
