package dev.carafe.engine.edit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OciHooksTest {
    @TempDir
    private Path folder;

    private Path first;
    private Path second;

    private OciHooks hooks() throws IOException {
        first = Files.createDirectories(folder.resolve("first"));
        second = Files.createDirectories(folder.resolve("second"));
        return new OciHooks(List.of(first, second, folder.resolve("missing")));
    }

    private static RuntimeSpec spec() {
        return Specs.of(List.of("/usr/bin/web", "-x"), Map.of("com.example.team", "fluids", "other", "value"));
    }

    private static String hook(String argument, String when, String... stages) {
        return """
                {"version": "1.0.0",
                 "hook": {"path": "/bin/sh", "args": ["sh", "%s"], "env": ["A=1"], "timeout": 5},
                 "when": {%s}, "stages": [%s]}
                """.formatted(
                argument, when, stages.length == 0 ? "\"prestart\"" : "\"" + String.join("\",\"", stages) + "\"");
    }

    private static List<String> arguments(List<RuntimeSpec.Hook> hooks) {
        return hooks.stream().map(hook -> hook.args().getLast()).toList();
    }

    @Test
    void aContainerWithoutHooksHasNone() throws IOException {
        assertNull(hooks().addTo(spec(), true).hooks());
    }

    @Test
    void aHookIsAddedWithAllThatItSaysForEachOfItsStages() throws IOException {
        var hooks = hooks();
        Files.writeString(first.resolve("a.json"), hook("a", "\"always\": true", "createRuntime", "poststop"));
        var expected = List.of(new RuntimeSpec.Hook("/bin/sh", List.of("sh", "a"), List.of("A=1"), 5));
        assertEquals(
                new RuntimeSpec.Hooks(List.of(), expected, List.of(), List.of(), List.of(), expected),
                hooks.addTo(spec(), false).hooks());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "always": true                                          | true
                    "always": false                                         | false
                    "always": true, "hasBindMounts": false                  | false
                    "hasBindMounts": true                                   | true
                    "commands": [".*/web$"]                                 | true
                    "commands": ["^web"]                                    | false
                    "commands": ["nothing", "/usr/[[:alpha:]]+/web"]        | true
                    "annotations": {"^com\\\\.example\\\\.team$": "^flu"}   | true
                    "annotations": {"^com\\\\.example\\\\.team$": "value"}  | false
                    "annotations": {"team": "fluids", "other": "v.*e"}      | true
                    "annotations": {"team": "fluids", "none": ".*"}         | false
                    "annotations": {\t"\\\\.team$":\t"^fl\\u0075ids"} | true
                    "annotations": {"team": "fluids"}, "commands": ["x"]    | false
                    """)
    void allConditionsMustHold(String when, boolean isAdded) throws IOException {
        var hooks = hooks();
        Files.writeString(first.resolve("a.json"), hook("a", when));
        var added = hooks.addTo(spec(), true).hooks();
        assertEquals(isAdded, added != null);
    }

    @Test
    void withoutMountsAHookForMountsIsNotAdded() throws IOException {
        var hooks = hooks();
        Files.writeString(first.resolve("a.json"), hook("a", "\"hasBindMounts\": true"));
        assertNull(hooks.addTo(spec(), false).hooks());
    }

    @Test
    void theOrderIsThatOfTheNamesInSmallLettersAndALaterFolderHidesFiles() throws IOException {
        var hooks = hooks();
        Files.writeString(first.resolve("02.json"), hook("hidden", "\"always\": true"));
        Files.writeString(first.resolve("01-UPPER.json"), hook("upper", "\"always\": true"));
        Files.writeString(second.resolve("02.json"), hook("strong", "\"always\": true"));
        Files.writeString(second.resolve("01-my.json"), hook("my", "\"always\": true"));
        Files.writeString(second.resolve("03.txt"), "not one");
        var added = hooks.addTo(spec(), false).hooks();
        assertEquals(List.of("my", "upper", "strong"), arguments(added.prestart()));
    }

    @Test
    void aFileThatChangesOrGoesIsSeenAtTheNextContainer() throws IOException {
        var hooks = hooks();
        var file = Files.writeString(first.resolve("a.json"), hook("one", "\"always\": true"));
        assertEquals(
                List.of("one"), arguments(hooks.addTo(spec(), false).hooks().prestart()));
        Files.writeString(file, hook("another", "\"always\": true"));
        assertEquals(
                List.of("another"), arguments(hooks.addTo(spec(), false).hooks().prestart()));
        Files.delete(file);
        assertNull(hooks.addTo(spec(), false).hooks());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {                                                                      | JSON
                    {"version": "2.0.0"}                                                   | version 2.0.0
                    {"hook": "/bin/sh", "stages": ["prestart"]}                            | no version
                    {"version": "1.0.0", "when": {"always": true}, "stages": ["prestart"]} | hook: missing
                    {"version": "1.0.0", "hook": {"path": "sh"}, "when": {"always": true}, "stages": ["prestart"]} | absolute
                    {"version": "1.0.0", "hook": {"path": "/none"}, "when": {"always": true}, "stages": ["prestart"]} | no program /none
                    {"version": "1.0.0", "hook": {"path": "/bin/sh"}, "stages": ["prestart"]} | when: missing
                    {"version": "1.0.0", "hook": {"path": "/bin/sh"}, "when": {}, "stages": ["prestart"]} | no condition
                    {"version": "1.0.0", "hook": {"path": "/bin/sh"}, "when": {"always": true}} | stages: none
                    {"version": "1.0.0", "hook": {"path": "/bin/sh"}, "when": {"always": true}, "stages": ["late"]} | late
                    {"version": "1.0.0", "hook": {"path": "/bin/sh"}, "when": {"commands": ["("]}, "stages": ["prestart"]} | regular expression
                    {"version": "1.0.0", "hook": {"path": "/bin/sh"}, "when": {"annotations": {"a": null}}, "stages": ["prestart"]} | nothing for a
                    {"version": "1.0.0", "hook": {"path": "/bin/sh", "env": ["A"]}, "when": {"always": true}, "stages": ["prestart"]} | NAME=value
                    {"version": "1.0.0", "hook": {"path": "/bin/sh", "timeout": 0}, "when": {"always": true}, "stages": ["prestart"]} | timeout
                    """)
    void aBadFileFailsTheContainerAndIsNamed(String text, String why) throws IOException {
        var hooks = hooks();
        var file = Files.writeString(first.resolve("bad.json"), text);
        var failure = assertThrows(IOException.class, () -> hooks.addTo(spec(), false));
        assertTrue(failure.getMessage().startsWith("hooks_dir: " + file + ": "), failure.getMessage());
        assertTrue(failure.getMessage().contains(why), failure.getMessage());
    }

    @Test
    void aProgramThatComesLaterMendsItsHook() throws IOException {
        var hooks = hooks();
        var program = folder.resolve("late.sh");
        Files.writeString(
                first.resolve("a.json"), hook("a", "\"always\": true").replace("/bin/sh", program.toString()));
        assertThrows(IOException.class, () -> hooks.addTo(spec(), false));
        Files.writeString(program, "#!/bin/sh\n");
        assertEquals(1, hooks.addTo(spec(), false).hooks().prestart().size());
    }

    @Test
    void aFileBeyondTheBoundIsRefused() throws IOException {
        var hooks = hooks();
        Files.writeString(first.resolve("a.json"), " ".repeat((8 << 20) + 1));
        var failure = assertThrows(IOException.class, () -> hooks.addTo(spec(), false));
        assertTrue(failure.getMessage().contains("larger than"), failure.getMessage());
    }

    @Test
    void anExpressionThatBacktracksWithoutEndIsGivenUp() throws IOException {
        var hooks = hooks();
        Files.writeString(first.resolve("a.json"), hook("a", "\"annotations\": {\"x\": \"a*a*a*a*a*a*a*a*x\"}"));
        var hostile = Specs.of(List.of("/x"), Map.of("x", "a".repeat(60)));
        var failure = assertThrows(IOException.class, () -> hooks.addTo(hostile, false));
        assertTrue(failure.getMessage().contains("takes too long"), failure.getMessage());
    }
}
