package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SyscallNamesTest {
    /// Two tables that were made apart say the same.
    @ParameterizedTest
    @EnumSource(Syscall.class)
    void theCallsThatWeMakeHaveTheirNames(Syscall call) {
        var machine = Syscall.Host.AARCH64 ? SyscallNames.AARCH64 : SyscallNames.X86_64;
        assertEquals(call.call(), SyscallNames.of(machine, (int) call.number));
    }

    @ParameterizedTest
    @CsvSource({"83, 39, 34", "161, 61, 51", "168, 115, 225", "435, 435, 435"})
    void oneCallHasANumberForEachMachine(int x86, int i386, int aarch64) {
        var name = SyscallNames.of(SyscallNames.X86_64, x86);
        assertEquals(name, SyscallNames.of(SyscallNames.I386, i386));
        assertEquals(aarch64 == 34 ? "mkdirat" : name, SyscallNames.of(SyscallNames.AARCH64, aarch64));
    }

    @Test
    void theNumbersOfX32AreThoseOfItsMachine() {
        assertEquals("mkdir", SyscallNames.of(SyscallNames.X86_64, 0x40000000 | 83));
    }

    @Test
    void whatHasNoNameIsShownByItsNumber() {
        assertEquals("call 9999", SyscallNames.of(SyscallNames.X86_64, 9999));
        assertEquals("call 83", SyscallNames.of(0x28, 83));
        assertEquals("call -1", SyscallNames.of(SyscallNames.I386, -1));
    }
}
