package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateTest {
    private static final int SELF = (int) ProcessHandle.current().pid();

    private static State parse(String status, int pid) throws IOException {
        return State.parse(
                "a",
                "{\"ociVersion\":\"1.0.2\",\"id\":\"a\",\"pid\":%d,\"status\":\"%s\",\"bundle\":\"/b\",\"annotations\":{\"x\":\"y\"}}"
                        .formatted(pid, status));
    }

    @Test
    void aCreatedContainerIsAliveAndNotRunning() throws Exception {
        var state = parse("created", SELF);
        assertEquals(new State("a", State.Status.CREATED, SELF), state);
        assertTrue(state.isAlive());
        assertFalse(state.isRunning());
    }

    @Test
    void aPausedContainerIsRunning() throws Exception {
        assertTrue(parse("running", SELF).isRunning());
        assertTrue(parse("paused", SELF).isRunning());
        assertTrue(parse("pausing", SELF).isRunning());
        assertFalse(parse("creating", 0).isRunning());
    }

    @Test
    void aStoppedContainerIsNotAlive() throws Exception {
        assertFalse(parse("stopped", 0).isAlive());
    }

    @Test
    void aContainerWhoseProcessHasGoneHasStopped() throws Exception {
        var child = new ProcessBuilder("/bin/true").start();
        child.waitFor();
        assertEquals(new State("a", State.Status.STOPPED, 0), parse("running", (int) child.pid()));
    }

    @Test
    void garbageIsAnErrorAndNeverAState() {
        for (var json : List.of(
                "",
                "null",
                "{}",
                "[]",
                "{\"status\":7}",
                "{\"status\":\"exploded\",\"pid\":1}",
                "{\"status\":\"running\"",
                "{\"status\":\"running\",\"pid\":\"x\"}",
                "\0\1\2",
                "{\"status\":\"\\u0000\"}")) {
            assertThrows(IOException.class, () -> State.parse("a", json), json);
        }
    }
}
