package dev.carafe.daemon.manual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.daemon.config.Flag;
import dev.carafe.daemon.config.KeyText;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ManualTest {
    private static final Pattern REQUEST = Pattern.compile("\\.(TH|SH|PP|TP)\\b.*");

    @Test
    void theManualExplainsEachSubcommandEachFlagAndEachKey() {
        var markdown = Manual.markdown();
        for (var command : Subcommand.ALL) {
            assertTrue(markdown.contains("\n- `` " + command.name()), command.name());
        }
        for (var flag : Flag.all()) {
            assertTrue(markdown.contains("\n- `` --" + flag.name()), flag.name());
            flag.variables().forEach(variable -> assertTrue(markdown.contains(variable.replace("_", "\\_")), variable));
        }
        for (var key : KeyText.all()) {
            assertTrue(markdown.contains("\n- `` " + key.name() + " = "), key.name());
        }
        assertTrue(markdown.contains("\n## \\[crio.runtime.runtimes.\\<name\\>\\]\n"));
    }

    @Test
    void theManualPageHasAsManyTermsAsTheMarkdown() {
        assertEquals(
                Manual.markdown()
                        .lines()
                        .filter(line -> line.startsWith("- ``"))
                        .count(),
                Manual.page().lines().filter(line -> line.equals(".TP")).count());
    }

    @Test
    void noTextOfTheManualPageIsTakenForARequest() {
        Manual.page()
                .lines()
                .filter(line -> line.startsWith(".") || line.startsWith("'"))
                .forEach(line -> assertTrue(REQUEST.matcher(line).matches(), line));
    }

    @Test
    void theHelpFitsATerminal() {
        assertTrue(Help.text().lines().allMatch(line -> line.length() <= 110), Help::text);
        for (var command : Subcommand.ALL) {
            assertTrue(Help.text().contains("\n  " + command.name()), command.name());
        }
    }
}
