package dev.carafe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class PhaseTest {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Span request = new ToldSpan("run", told);

    @Test
    void aPhaseOfWorkThatNobodyTracesIsItsWorkAlone() throws Exception {
        assertEquals("done", Phase.of("a", () -> "done"));
        Phase.note("key", "value");
        assertEquals(Optional.empty(), Phase.current());
    }

    @Test
    void phasesStandInEachOther() throws Exception {
        var given = Phase.within(request, () -> {
            Phase.run("files", () -> Phase.note("pod", "p1"));
            return Phase.of("network", () -> Phase.of("plugin", () -> "10.0.0.1"));
        });
        assertEquals("10.0.0.1", given);
        assertEquals(
                List.of(
                        "begin run/files",
                        "note run/files pod=p1",
                        "end run/files",
                        "begin run/network",
                        "begin run/network/plugin",
                        "end run/network/plugin",
                        "end run/network"),
                told);
        assertEquals(Optional.empty(), Phase.current());
    }

    @Test
    void aPhaseThatFailsSaysSoAndGivesItsFailureOn() {
        var refused = new IOException("refused");
        var thrown = assertThrows(
                IOException.class,
                () -> Phase.within(
                        request,
                        () -> Phase.of("network", () -> {
                            throw refused;
                        })));
        assertSame(refused, thrown);
        assertEquals(List.of("begin run/network", "fail run/network refused"), told);
        assertEquals(Optional.empty(), Phase.current());
    }

    @Test
    void anOperationThatWasStartedForARequestBelongsToItsSpan() throws Exception {
        var lane = new Lane("test", 1, Duration.ofMinutes(1), new Watchdog(System::nanoTime, told::add));
        var operations = new InFlight<String, String>(lane);
        Phase.within(request, () -> operations.join("key", () -> Phase.of("step", () -> "done")));
        assertEquals(List.of("begin run/step", "end run/step"), told);
    }
}
