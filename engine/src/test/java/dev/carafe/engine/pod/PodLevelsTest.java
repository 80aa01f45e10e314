package dev.carafe.engine.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.SELinuxOption;
import dev.carafe.engine.spec.SelinuxLabels;
import dev.carafe.engine.spec.TestSelinux;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.engine.state.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodLevelsTest {
    private static final PodSandboxConfig POD = PodSandboxConfig.getDefaultInstance();

    /// All that is drawn is the first of all pairs.
    private static final RandomGenerator FIRST = () -> 0L;

    @TempDir
    private Path folder;

    private Stores stores;

    @BeforeEach
    void open() throws IOException {
        stores = Stores.open(folder, Clock.systemUTC());
    }

    private PodLevels levels(SelinuxLabels labels, RandomGenerator random) {
        return new PodLevels(stores.pods(), labels, random);
    }

    private void record(String level) throws IOException {
        var id = PodId.random();
        var place = new PodRecord.PodPlace(Map.of(), "", "", PodRecord.OwnProcess.NONE, level);
        stores.pods().begin(id.value(), new PodRecord(id, POD, "runc", Instant.EPOCH, place, new PodState.Stopped()));
    }

    @Test
    void noTwoPodsThatBeginAtOnceHaveTheSame() throws IOException {
        var levels = levels(TestSelinux.ON, FIRST);
        try (var one = levels.take(POD);
                var other = levels.take(POD)) {
            assertEquals("s0:c0,c1", one.text());
            assertEquals("s0:c0,c2", other.text());
        }
        try (var next = levels.take(POD)) {
            assertEquals("s0:c0,c1", next.text());
        }
    }

    @Test
    void aLevelIsUsedAsLongAsThePodHasARecord() throws IOException {
        record("s0:c0,c1");
        record("s0:c0,c3");
        stores = Stores.open(folder, Clock.systemUTC());
        try (var level = levels(TestSelinux.ON, FIRST).take(POD)) {
            assertEquals("s0:c0,c2", level.text());
        }
    }

    @Test
    void bothCategoriesDiffer() throws IOException {
        var levels = levels(TestSelinux.ON, RandomGenerator.of("L64X128MixRandom"));
        for (var i = 0; i < 200; i++) {
            try (var level = levels.take(POD)) {
                var categories = level.text().substring("s0:c".length()).split(",c", -1);
                assertEquals(2, categories.length);
                assertTrue(Integer.parseInt(categories[0]) < Integer.parseInt(categories[1]));
            }
        }
    }

    @Test
    void whoAsksForALevelHasIt() throws IOException {
        var asking = POD.toBuilder();
        asking.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setSelinuxOptions(SELinuxOption.newBuilder().setLevel("s0:c0,c1"));
        var levels = levels(TestSelinux.ON, FIRST);
        try (var one = levels.take(asking.build());
                var other = levels.take(asking.build())) {
            assertEquals("s0:c0,c1", one.text());
            assertEquals("s0:c0,c1", other.text());
        }
        record("s0:c0,c1");
        try (var own = levels.take(POD)) {
            assertNotEquals("s0:c0,c1", own.text());
        }
    }

    @Test
    void withoutSelinuxThereIsNone() throws IOException {
        try (var level = levels(TestSelinux.OFF, FIRST).take(POD)) {
            assertEquals("", level.text());
        }
    }
}
