package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalsTest {
    @ParameterizedTest
    @CsvSource({"SIGTERM, 15", "term, 15", "15, 15", "SIGRTMIN+3, 37", "RTMAX-1, 63", "SIGRTMIN, 34", "SIGKILL, 9"})
    void readsWhatImagesWrite(String text, int number) {
        assertEquals(OptionalInt.of(number), Signals.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SIG", "SIGNO", "0", "65", "-1", "RTMIN-1", "RTMAX+1", "SIGRTMIN+x"})
    void refusesWhatIsNoSignal(String text) {
        assertTrue(Signals.parse(text).isEmpty());
    }

    @Test
    void everyNameIsReadAgain() {
        for (var signal = 1; signal <= 64; signal++) {
            if (signal != 32 && signal != 33) {
                assertEquals(OptionalInt.of(signal), Signals.parse(Signals.name(signal)));
            }
        }
    }
}
