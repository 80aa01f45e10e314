package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandLineTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
        given.image.entrypoint = List.of("/entry", "-e");
        given.image.command = List.of("cmd");
    }

    private List<String> line() {
        return CommandLine.of(given.request());
    }

    @Test
    void theImageDecidesWhenTheContainerSaysNothing() {
        assertEquals(List.of("/entry", "-e", "cmd"), line());
    }

    @Test
    void argumentsReplaceTheImagesCommandOnly() {
        given.container.addArgs("arg");
        assertEquals(List.of("/entry", "-e", "arg"), line());
    }

    @Test
    void aCommandReplacesBothOfTheImages() {
        given.container.addCommand("/run");
        assertEquals(List.of("/run"), line());
        given.container.addArgs("arg");
        assertEquals(List.of("/run", "arg"), line());
    }

    @Test
    void withoutAnyProgramItIsRefused() {
        given.image.entrypoint = List.of();
        given.image.command = List.of();
        Refusals.refused(Invalid.class, "command: ", this::line);
        given.container.addArgs("");
        Refusals.refused(Invalid.class, "command: ", this::line);
    }

    @Test
    void aNulIsRefused() {
        given.container.addCommand("/run").addArgs("a\0b");
        Refusals.refused(Invalid.class, "command, args: ", this::line);
    }
}
