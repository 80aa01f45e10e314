package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateTest {
    @TempDir
    private Path temporary;

    private ConfigurationFolder folder;

    @BeforeEach
    void setUp() {
        folder = new ConfigurationFolder(temporary);
    }

    private void assertRoundTrip(Configuration configuration) throws IOException {
        var text = Template.of(configuration);
        var loaded = new ConfigurationFolder(temporary).main(text).load();
        assertEquals(configuration, loaded.configuration(), text);
        assertEquals(text, Template.of(loaded.configuration()));
    }

    @Test
    void theDefaultsStandThereAsComments() throws IOException {
        var text = Template.of(Configuration.defaults());
        assertRoundTrip(Configuration.defaults());
        assertEquals(List.of(), new ConfigurationFolder(temporary).load().warnings());
        for (var table : Tables.ALL) {
            assertTrue(text.contains("[" + table.name() + "]\n"), table.name());
            for (var key : table.keys()) {
                assertTrue(text.contains("\n# " + key.name() + " = "), key.path());
            }
        }
    }

    @Test
    void whatItShowsAsDefaultsIsTheDefaultWhenUncommented() throws IOException {
        // Of tables that the operator names there is only a description.
        var uncommented = Template.of(Configuration.defaults())
                .replaceAll("(?s)# \\[crio.runtime.runtimes.*(?=\\[crio.checkpoint_restore])", "")
                .replaceAll("(?m)^# (\\w+ = |  \"|])", "$1");
        assertTrue(uncommented.contains("\nroot = \""), uncommented);
        assertEquals(Configuration.defaults(), folder.main(uncommented).load().configuration(), uncommented);
    }

    @Test
    void aConfigurationReadFromItsTemplateIsTheSame() throws IOException {
        assertRoundTrip(folder.main(ReadingTest.crioConf()).load().configuration());
    }

    @Test
    void oddTextsSurvive() throws IOException {
        folder.main("""
                [crio.runtime]
                default_env = ["A=\\u0001\\u007f\\u0085 \\"quoted\\" \\\\ \\n\\t é 😀", "B=# not a comment"]
                [crio.runtime.runtimes.x]
                default_annotations = { "a b" = "c\\nd", "" = "empty", "plain-key_1" = "" }
                [crio.runtime.workloads.w.resources]
                cpuset = "3"
                [crio.runtime.workloads.w]
                activation_annotation = "a"
                """);
        assertRoundTrip(folder.load().configuration());
    }

    @Test
    void whatDiffersFromTheDefaultStandsThereWithoutComment() throws IOException {
        var text = Template.of(folder.load("--root=/r", "--runtimes=crun::/s").configuration());
        assertTrue(text.contains("\nroot = \"/r\"\n"), text);
        assertTrue(text.contains("\n[crio.runtime.runtimes.crun]\nruntime_root = \"/s\"\n"), text);
        assertTrue(text.contains("\n# runroot = \"/run/containers/storage\"\n"), text);
    }

    @Test
    void noLineIsTooWideToRead() {
        Template.of(Configuration.defaults())
                .lines()
                .filter(line -> !line.contains(" = "))
                .forEach(line -> assertTrue(line.length() <= 100, line));
    }
}
