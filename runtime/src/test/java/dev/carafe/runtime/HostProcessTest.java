package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HostProcessTest {
    private static final String REST = " 4 5 6 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 777 0 0";

    @Test
    void theCommandsNameMayHoldAnything() {
        assertEquals(new HostProcess(9, true, 4, 6, 777), HostProcess.parse(9, "9 (a) S 1 (b) (c ) R" + REST + "\n"));
    }

    @Test
    void aZombieIsDead() {
        assertFalse(HostProcess.parse(9, "9 (a) Z" + REST).isAlive());
        assertFalse(HostProcess.parse(9, "9 (a) X" + REST).isAlive());
        assertTrue(HostProcess.parse(9, "9 (a) D" + REST).isAlive());
    }

    @Test
    void allHoldsThisProcess() throws Exception {
        var self = (int) ProcessHandle.current().pid();
        assertTrue(HostProcess.all().stream().anyMatch(process -> process.pid() == self && process.isAlive()));
    }
}
