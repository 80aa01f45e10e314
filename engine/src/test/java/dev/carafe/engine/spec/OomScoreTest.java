package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OomScoreTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private int score(long asked) {
        given.resources().setOomScoreAdj(asked);
        return OomScore.of(given.request(), given.host.build(), given.warnings);
    }

    @Test
    void itIsWhatWasAskedFor() {
        assertEquals(-998, score(-998));
        assertEquals(1000, score(1000));
        assertEquals(Set.of(), given.warnings.told());
    }

    @Test
    void belowTheDaemonsReachItIsTheLowestAndThatIsToldOnce() {
        given.host.minimumOomScoreAdj = -100;
        assertEquals(-100, score(-998));
        assertEquals(-100, score(-997));
        assertEquals(-100, score(-100));
        assertEquals(1, given.warnings.told().size());
    }

    @Test
    void outsideTheKernelsRangeItIsRefused() {
        Refusals.refused(Invalid.class, "linux.resources.oom_score_adj", () -> score(-1001));
        Refusals.refused(Invalid.class, "linux.resources.oom_score_adj", () -> score(1L << 32));
    }
}
