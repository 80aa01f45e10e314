package dev.carafe.engine.performance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpusTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0                | 00000001
                    0-3,8            | 0000010f
                    31-32            | 00000001,80000000
                    2,1,2-3          | 0000000e
                    """)
    void aListAndAMaskMeanTheSame(String list, String mask) {
        assertEquals(mask, Cpus.ofList(list).mask());
        assertEquals(Cpus.ofList(list), Cpus.ofMask(mask));
        assertEquals(Cpus.ofList(list), Cpus.ofList(Cpus.ofMask(mask).list()));
    }

    @Test
    void listsAreShortAndMasksOfTheKernelHaveAnyNumberOfDigits() {
        assertEquals("0-3,8", Cpus.ofMask("10f\n").list());
        assertEquals("", Cpus.ofList(" ").list());
        assertEquals("00000000", Cpus.NONE.mask());
        assertEquals(List.of(1, 2, 9), Cpus.ofList("9,1-2").numbers());
        assertEquals(1, Cpus.ofList("9,1-2").lowest());
        assertTrue(Cpus.ofList("0-4").isAllUpToTheHighest());
        assertFalse(Cpus.ofList("1-4").isAllUpToTheHighest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"8192", "0-99999", "-1", "a", "1-", ",", "0x1"})
    void whatIsNoListIsRefused(String list) {
        assertThrows(IllegalArgumentException.class, () -> Cpus.ofList(list));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "-1", "g"})
    void whatIsNoMaskIsRefused(String mask) {
        assertThrows(IllegalArgumentException.class, () -> Cpus.ofMask(mask));
        assertThrows(IllegalArgumentException.class, () -> Cpus.ofMask("f".repeat(4096)));
    }

    /// What it has is written back, so nothing changes.
    @Test
    @Tag("system")
    void theKernelTakesAMaskInThisForm() throws IOException {
        var file = Path.of("/proc/irq/default_smp_affinity");
        var before = Files.readString(file);
        Files.writeString(file, Cpus.ofMask(before).mask());
        assertEquals(before, Files.readString(file));
    }
}
