package dev.carafe.daemon.manual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.daemon.config.Flag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Completions, loaded by the shells that they are for.
class CompletionTest {
    @TempDir
    private Path folder;

    private String shell(Completion completion, String program, String... command)
            throws IOException, InterruptedException {
        Files.writeString(folder.resolve("completions"), completion.script());
        var words = Stream.concat(Stream.of(command), Stream.of(program)).toList();
        var process = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    @ParameterizedTest
    @EnumSource
    void eachFlagAndEachSubcommandIsInTheScript(Completion completion) {
        var script = completion.script();
        for (var flag : Flag.all()) {
            assertTrue(script.contains(flag.name()), flag.name());
        }
        for (var command : Subcommand.ALL) {
            assertTrue(script.contains(command.name()), command.name());
        }
    }

    @Test
    void aShellThatIsNotKnownHasNone() {
        assertEquals(Optional.empty(), Completion.of("tcsh"));
        assertEquals(Optional.of(Completion.BASH), Completion.of("bash"));
    }

    @ParameterizedTest
    @CsvSource({
        "carafe --lis, 1, --listen",
        "carafe -c /etc/x sta, 3, status",
        "carafe --config=/etc/x comp, 2, complete completion",
        "carafe status c, 2, config containers",
        "carafe -l debug complete z, 4, zsh",
        "carafe --listen st, 2, ''",
        "carafe nonsense st, 2, ''",
    })
    @Tag("system")
    void bashCompletes(String line, int at, String expected) throws Exception {
        var program = "source ./completions; COMP_WORDS=(" + line + "); COMP_CWORD=" + at
                + "; _carafe; echo \"${COMPREPLY[*]}\"; complete -p carafe crio";
        var lines =
                shell(Completion.BASH, program, "bash", "--norc", "-c").lines().toList();
        assertEquals(expected, lines.getFirst());
        assertEquals(
                List.of("complete -o default -F _carafe carafe", "complete -o default -F _carafe crio"),
                lines.subList(1, 3));
    }

    @ParameterizedTest
    @CsvSource({"carafe --lis, --listen", "crio status thr, threads", "carafe sta, status", "crio completion ba, bash"})
    @Tag("system")
    void fishCompletes(String line, String expected) throws Exception {
        var program = "source ./completions; complete -C '" + line + "'";
        var output = shell(Completion.FISH, program, "fish", "--no-config", "-c");
        assertEquals(expected, output.split("[\t\n]")[0]);
    }

    @Test
    @Tag("system")
    void zshKnowsWhatToCall() throws Exception {
        var program = "autoload -Uz compinit; compinit -D -u; source ./completions; echo $_comps[carafe] $_comps[crio];"
                + "compadd() { print -r -- \"$@\" }; words=(carafe ''); CURRENT=2; _carafe";
        var lines = shell(Completion.ZSH, program, "zsh", "-f", "-c").lines().toList();
        assertEquals("_carafe _carafe", lines.getFirst());
        assertTrue(lines.get(1).contains(" --listen ") && lines.get(1).contains(" status "), lines::toString);
    }
}
