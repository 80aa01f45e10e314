package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationStampsTest {
    @TempDir
    private Path folder;

    private ConfigurationStamps stamps() throws IOException {
        var flags = Flags.parse(List.of(
                "--config",
                folder.resolve("crio.conf").toString(),
                "--config-dir",
                folder.resolve("d").toString()));
        return new ConfigurationStamps(flags, Map.of());
    }

    /// One look to see it, one to see that it stays.
    private static void assertToldOnce(ConfigurationStamps stamps) {
        assertFalse(stamps.haveChanged(), "it may be half written");
        assertTrue(stamps.haveChanged());
        stamps.taken();
        assertFalse(stamps.haveChanged());
        assertFalse(stamps.haveChanged());
    }

    @Test
    void aFileThatIsWrittenReplacedOrRemovedIsTold() throws IOException {
        var file = folder.resolve("crio.conf");
        var stamps = stamps();
        assertFalse(stamps.haveChanged());
        Files.writeString(file, "a");
        assertToldOnce(stamps);
        Files.writeString(folder.resolve("next"), "b");
        Files.setLastModifiedTime(folder.resolve("next"), Files.getLastModifiedTime(file));
        Files.move(folder.resolve("next"), file, StandardCopyOption.REPLACE_EXISTING);
        assertToldOnce(stamps);
        Files.delete(file);
        assertToldOnce(stamps);
    }

    @Test
    void aDropInThatComesWithItsFolderIsTold() throws IOException {
        var stamps = stamps();
        Files.createDirectories(folder.resolve("d/below"));
        assertFalse(stamps.haveChanged());
        Files.writeString(folder.resolve("d/below/10.conf"), "a");
        assertToldOnce(stamps);
        Files.writeString(folder.resolve("d/.hidden"), "a");
        assertFalse(stamps.haveChanged());
        assertFalse(stamps.haveChanged());
    }

    @Test
    void aLinkThatPointsElsewhereIsTold() throws IOException {
        Files.writeString(folder.resolve("one"), "a");
        Files.writeString(folder.resolve("two"), "a");
        var link = Files.createSymbolicLink(folder.resolve("crio.conf"), folder.resolve("one"));
        var stamps = stamps();
        Files.delete(link);
        Files.createSymbolicLink(link, folder.resolve("two"));
        assertToldOnce(stamps);
    }

    @Test
    void aFileThatGoesOnChangingIsNotTold() throws IOException {
        var stamps = stamps();
        for (var i = 1; i < 5; i++) {
            Files.writeString(folder.resolve("crio.conf"), "a".repeat(i));
            assertFalse(stamps.haveChanged());
        }
        assertTrue(stamps.haveChanged());
    }
}
