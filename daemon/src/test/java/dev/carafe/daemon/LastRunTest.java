package dev.carafe.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.daemon.config.LifeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastRunTest {
    @TempDir
    private Path folder;

    private LifeSettings settings() {
        return new LifeSettings(
                Optional.of(folder.resolve("run/version")),
                Optional.of(folder.resolve("lib/version")),
                Optional.of(folder.resolve("lib/clean.shutdown")),
                true,
                true);
    }

    private LastRun read() {
        return LastRun.read(settings(), "1.2.3");
    }

    private void runBegins() {
        read().begin();
    }

    private void runIsWhole() {
        try (var run = read()) {
            run.begin();
        }
    }

    private void reboot() throws IOException {
        Files.delete(folder.resolve("run/version"));
    }

    @Test
    void beforeTheFirstRunNothingHasHappenedButAReboot() {
        assertTrue(read().hasRebooted());
        assertEquals(Optional.empty(), read().upgradedFrom());
        assertFalse(read().mayHaveLostPower());
    }

    @Test
    void anOrderlyStopIsNoCut() throws IOException {
        runIsWhole();
        assertTrue(Files.exists(folder.resolve("lib/clean.shutdown")));
        assertFalse(read().hasRebooted());
        reboot();
        assertTrue(read().hasRebooted());
        assertFalse(read().mayHaveLostPower());
    }

    @Test
    void aKilledDaemonLosesNothingUnlessTheNodeWasRebooted() throws IOException {
        runIsWhole();
        runBegins();
        assertFalse(Files.exists(folder.resolve("lib/clean.shutdown")));
        assertFalse(read().mayHaveLostPower());
        reboot();
        assertTrue(read().mayHaveLostPower());
    }

    @Test
    void whereNobodyKnowsOfRebootsEachCutMayBeOne() {
        runBegins();
        var unaware = new LifeSettings(
                Optional.empty(), Optional.empty(), Optional.of(folder.resolve("lib/clean.shutdown")), true, true);
        assertTrue(LastRun.read(unaware, "1.2.3").mayHaveLostPower());
    }

    @Test
    void aStartThatFailedIsNoRun() {
        try (var run = read()) {
            assertTrue(run.hasRebooted());
        }
        assertFalse(Files.exists(folder.resolve("lib")));
    }

    @Test
    void onlyAnotherMinorVersionIsAnUpgrade() {
        runIsWhole();
        assertEquals(
                Optional.empty(), LastRun.read(settings(), "1.2.4-SNAPSHOT").upgradedFrom());
        assertEquals(Optional.of("1.2.3"), LastRun.read(settings(), "1.3.0").upgradedFrom());
        assertEquals(Optional.of("1.2.3"), LastRun.read(settings(), "2.2.3").upgradedFrom());
    }

    @Test
    void aFileOfAnotherRuntimeIsReadAndNonsenseIsNoVersion() throws IOException {
        Files.createDirectories(folder.resolve("lib"));
        Files.writeString(folder.resolve("lib/version"), "\"1.1.0\"");
        assertEquals(Optional.of("\"1.1.0\""), read().upgradedFrom());
        Files.writeString(folder.resolve("lib/version"), "");
        assertEquals(Optional.empty(), read().upgradedFrom());
        Files.writeString(folder.resolve("lib/version"), "x".repeat(1000));
        assertEquals(Optional.empty(), read().upgradedFrom());
    }

    @Test
    void filesThatCanNotBeWrittenKeepNothingFromStarting() throws IOException {
        Files.writeString(folder.resolve("run"), "in the way");
        Files.writeString(folder.resolve("lib"), "in the way");
        runIsWhole();
        assertTrue(read().hasRebooted());
    }
}
