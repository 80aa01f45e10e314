package dev.carafe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "quay.io/a/pause:3, quay.io/a/pause:3, true",
        "quay.io/a/pause:3, quay.io/a/pause:31, false",
        "quay.io/a/*, quay.io/a/pause:3, true",
        "quay.io/a/*, quay.io/b/pause:3, false",
        "*pause*, quay.io/a/pause:3, true",
        "*pause*, quay.io/a/busybox:3, false",
        "*, quay.io/a/busybox:3, true",
        "quay.io/a/pause, quay.io/a/pause:latest, true",
        "busybox, docker.io/library/busybox:latest, true",
        "busybox, quay.io/a/busybox:latest, false",
        "quay.io/a/pau, quay.io/a/pause:3, false",
        "NO NAME, quay.io/a/pause:3, false",
    })
    void aNameIsPinnedByThePatternsOfCrioConf(String pattern, String name, boolean pinned) {
        assertEquals(pinned, new ImageSettings(List.of(pattern)).isPinned(name));
    }
}
