package dev.carafe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UndoTest {
    private final List<String> done = new ArrayList<>();

    @Test
    void takesStepsBackNewestFirstAndTheLastOnesAfterAll() throws IOException {
        try (var undo = new Undo("test")) {
            undo.last("forget", () -> done.add("forget"));
            undo.push("first", () -> done.add("first"));
            undo.push("second", () -> done.add("second"));
        }
        assertEquals(List.of("second", "first", "forget"), done);
    }

    @Test
    void doesNothingAfterCommit() throws IOException {
        try (var undo = new Undo("test")) {
            undo.last("forget", () -> done.add("forget"));
            undo.push("first", () -> done.add("first"));
            undo.commit();
        }
        assertEquals(List.of(), done);
    }

    @Test
    void keepsTheRecordWhenAStepCannotBeTakenBack() {
        var undo = new Undo("run pod x");
        undo.last("forget", () -> done.add("forget"));
        undo.push("first", () -> done.add("first"));
        undo.push("unmount", () -> {
            throw new IOException("EBUSY");
        });
        var failure = assertThrows(IOException.class, undo::close);
        assertEquals("run pod x: could not unmount: EBUSY", failure.getMessage());
        assertEquals(List.of("first"), done);
    }

    @Test
    void reportsEveryFailure() {
        var undo = new Undo("test");
        undo.push("a", () -> {
            throw new IOException("a failed");
        });
        undo.push("b", () -> {
            throw new IllegalStateException("b failed");
        });
        var failure = assertThrows(IOException.class, undo::close);
        assertEquals(1, failure.getSuppressed().length);
    }

    @Test
    void runsWithTheInterruptFlagSetAside() throws IOException {
        Thread.currentThread().interrupt();
        try (var undo = new Undo("test")) {
            undo.push("wait", () -> assertFalse(Thread.currentThread().isInterrupted()));
        }
        assertTrue(Thread.interrupted());
    }
}
