package dev.carafe.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.engine.WrongState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContainerStateTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void onlyACreatedContainerCanBeStarted() {
        assertEquals(new ContainerState.Running(AT), new ContainerState.Created().started(AT));
        for (var state : List.of(
                new ContainerState.Creating(),
                new ContainerState.Running(AT),
                new ContainerState.Exited(AT, AT, 0, "Completed"))) {
            assertThrows(WrongState.class, () -> state.started(AT));
        }
    }

    @Test
    void theFirstExitStands() {
        var exited = new ContainerState.Running(AT).exited(AT.plusSeconds(1), 3, "Error");
        assertSame(exited, exited.exited(AT.plusSeconds(9), 0, "Completed"));
    }

    @Test
    void anEndIsNeverBeforeItsStart() {
        var exited = new ContainerState.Running(AT).exited(AT.minusMillis(4), 0, "Completed");
        assertEquals(AT, exited.finishedAt());
    }

    @Test
    void aContainerThatWasNeverStartedHasNoStart() {
        assertEquals(
                Instant.EPOCH,
                new ContainerState.Created().exited(AT, 137, "Error").startedAt());
    }
}
