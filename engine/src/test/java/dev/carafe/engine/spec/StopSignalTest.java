package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.Signal;
import dev.carafe.linux.Signals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class StopSignalTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private int signal() {
        return StopSignal.of(given.request(), given.warnings);
    }

    @Test
    void theContainersWinsOverTheImagesAndWithoutAnyItIsTerm() {
        assertEquals(Signals.TERM, signal());
        given.image.stopSignal = "SIGQUIT";
        assertEquals(Signals.QUIT, signal());
        given.container.setStopSignal(Signal.SIGNAL_SIGINT);
        assertEquals(Signals.INT, signal());
    }

    @ParameterizedTest
    @CsvSource({
        "SIGNAL_SIGCLD, 17",
        "SIGNAL_SIGIOT, 6",
        "SIGNAL_SIGPOLL, 29",
        "SIGNAL_SIGRTMIN, 34",
        "SIGNAL_SIGRTMINPLUS3, 37",
        "SIGNAL_SIGRTMAXMINUS14, 50",
        "SIGNAL_SIGRTMAX, 64"
    })
    void theCrisNamesAreTheKernelsNumbers(Signal signal, int number) {
        given.container.setStopSignal(signal);
        assertEquals(number, signal());
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNRECOGNIZED", "SIGNAL_RUNTIME_DEFAULT"})
    void everySignalOfTheCriIsOneOfTheKernels(Signal signal) {
        given.container.setStopSignal(signal);
        assertTrue(signal() > 0 && signal() <= 64);
    }

    @Test
    void anUnknownSignalOfTheImageIsTermAndToldInOneLine() {
        given.image.stopSignal = "SIG\nNONE";
        assertEquals(Signals.TERM, signal());
        assertEquals(Set.of("the image's stop signal SIG?NONE is unknown: TERM instead"), given.warnings.told());
    }
}
