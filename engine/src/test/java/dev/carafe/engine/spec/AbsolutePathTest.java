package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.engine.Invalid;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AbsolutePathTest {
    @Test
    void aPathStaysAsItWasWritten() {
        assertEquals(Path.of("/a/../b"), AbsolutePath.of("/a/../b", "field"));
    }

    @Test
    void inARootNothingLeadsOutOfIt() {
        assertEquals(Path.of("/etc"), AbsolutePath.inRoot("../../etc", "field"));
        assertEquals(Path.of("/"), AbsolutePath.inRoot("", "field"));
        assertEquals(Path.of("/a"), AbsolutePath.inRoot("a/b/..", "field"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative", "./x", "/a\0b"})
    void whatTheKernelCouldNotTakeIsRefusedWithTheField(String text) {
        Refusals.refused(Invalid.class, "field: ", () -> AbsolutePath.of(text, "field"));
    }

    @Test
    void namesAndPathsLongerThanTheKernelsAreRefused() {
        assertEquals(
                255,
                AbsolutePath.parse("/" + "é".repeat(127) + "x")
                                .toString()
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)
                                .length
                        - 1);
        assertThrows(IllegalArgumentException.class, () -> AbsolutePath.parse("/" + "é".repeat(128)));
        assertEquals(2047, AbsolutePath.parse("/a".repeat(2047)).getNameCount());
        assertThrows(IllegalArgumentException.class, () -> AbsolutePath.parse("/a".repeat(2048)));
    }
}
