package dev.carafe.daemon.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.NotFound;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogOutputTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final LogOutput output = new LogOutput(bytes);
    private final System.Logger logger = new NamedLogger("dev.carafe.test.Speaker", output, false);

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void use(Severity threshold) {
        output.use(new LogOutput.Settings(threshold, LogFormat.TEXT, Optional.empty()));
    }

    @Test
    void thePlatformFindsOurLoggers() {
        assertInstanceOf(NamedLogger.class, System.getLogger("dev.carafe.any"));
    }

    @ParameterizedTest
    @CsvSource({
        "trace, TRACE, true",
        "debug, TRACE, false",
        "debug, DEBUG, true",
        "info, DEBUG, false",
        "info, INFO, true",
        "warn, INFO, false",
        "warn, WARNING, true",
        "warning, WARNING, true",
        "error, WARNING, false",
        "error, ERROR, true",
        "fatal, ERROR, false",
        "panic, ERROR, false",
        "trace, OFF, false"
    })
    void onlyTheLevelsAskedForAreWritten(String threshold, Level level, boolean written) {
        use(Severity.of(threshold));
        assertEquals(written, logger.isLoggable(level));
        logger.log(level, "anything");
        assertEquals(written, !text().isEmpty());
    }

    @Test
    void onlyLinesThatTheFilterFindsAreWritten() {
        output.use(
                new LogOutput.Settings(Severity.INFO, LogFormat.TEXT, Optional.of(Pattern.compile("pod [0-9]+ is"))));
        logger.log(Level.INFO, "pod {0} is ready", 17);
        logger.log(Level.INFO, "pod x is ready");
        assertTrue(text().contains("pod 17 is ready"));
        assertFalse(text().contains("pod x"));
    }

    @Test
    void linesSayWhichRequestTheyBelongTo() {
        var operation = Operation.of("StopContainer", new Field("container", "c1"), new Field("pod", ""));
        operation.run(() -> logger.log(Level.INFO, "stopped"));
        assertTrue(
                text().endsWith("msg=\"stopped\" id=" + operation.id() + " method=StopContainer container=c1\n"),
                text());
    }

    @Test
    void linesOfTheThreadsThatARequestStartsBelongToItToo() {
        var operation = Operation.of("RunPodSandbox", new Field("pod", "p1"));
        operation.run(() -> {
            try {
                Thread.ofVirtual()
                        .name("operation p1")
                        .start(() -> logger.log(Level.INFO, "attached"))
                        .join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertTrue(text().endsWith("msg=\"attached\" id=" + operation.id() + " method=RunPodSandbox pod=p1\n"), text());
    }

    @Test
    void aThreadMadeForOnePurposeNamesIt() throws InterruptedException {
        Thread.ofVirtual()
                .name("exit of c1")
                .start(() -> logger.log(Level.INFO, "over"))
                .join();
        assertTrue(text().endsWith("msg=\"over\" thread=\"exit of c1\"\n"), text());
    }

    @Test
    void whatTheWorldDidWrongIsToldInWordsWithoutAStack() {
        logger.log(
                Level.ERROR,
                "can't start",
                new IOException("can't read the record", new NoSuchFileException("/some/where")));
        assertTrue(text().endsWith("error=\"can't read the record: NoSuchFileException: /some/where\"\n"), text());
        assertFalse(text().contains("stack="));
    }

    @Test
    void aCauseThatItsWrapperAlreadyNamesIsNotRepeated() {
        var cause = new IOException("no space left");
        logger.log(Level.ERROR, "x", new IOException("can't write: no space left", cause));
        assertTrue(text().endsWith("error=\"can't write: no space left\"\n"), text());
    }

    @Test
    void aFailureOfTheWayBackIsNamedToo() {
        var failure = new IOException("no network");
        failure.addSuppressed(new IOException("can't unmount"));
        logger.log(Level.ERROR, "x", failure);
        assertTrue(text().contains("error=\"no network; also: can't unmount\""), text());
    }

    @Test
    void aBugShowsWhereItIs() {
        logger.log(Level.ERROR, "x", new IllegalStateException("impossible"));
        assertTrue(text().contains("error=\"IllegalStateException: impossible\" stack=\"java.lang.Ill"), text());
        assertTrue(text().contains("LogOutputTest.java:"), text());
        assertEquals(1, text().lines().count());
    }

    @Test
    void anErrorOfTheCallerHasNoStack() {
        logger.log(Level.WARNING, "x", new NotFound("no pod with id 1"));
        assertTrue(text().endsWith("error=\"no pod with id 1\"\n"), text());
    }

    @Test
    void whoDebugsSeesStacksAndWhoSpeaks() {
        use(Severity.DEBUG);
        logger.log(Level.WARNING, "x", new IOException("no space left"));
        assertTrue(text().contains(" logger=test.Speaker "), text());
        assertTrue(text().contains(" stack="), text());
    }

    @Test
    void theJdksOwnLoggersAreHeardFromWarningsUp() {
        var foreign = new NamedLogger("jdk.event.security", output, true);
        use(Severity.DEBUG);
        foreign.log(Level.INFO, "a certificate");
        assertEquals("", text());
        foreign.log(Level.WARNING, "beware");
        assertTrue(text().contains("beware"));
        use(Severity.TRACE);
        foreign.log(Level.DEBUG, "a certificate");
        assertTrue(text().contains("a certificate"));
    }

    @Test
    void linesOfManyThreadsStayWhole() throws InterruptedException {
        var pieces = new ByteArrayOutputStream();
        var slow = new LogOutput(new OutputStream() {
            @Override
            public void write(int b) {
                pieces.write(b);
            }
        });
        var threads = new ArrayList<Thread>();
        for (var i = 0; i < 16; i++) {
            var name = "n" + i;
            threads.add(Thread.ofPlatform().start(() -> {
                for (var j = 0; j < 50; j++) {
                    slow.log(Severity.INFO, name, name.repeat(20), null);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        var lines = pieces.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(800, lines.size());
        assertTrue(lines.stream().allMatch(line -> line.matches("time=\"[^\"]+\" level=info msg=\"(n\\d+)\\1{19}\"")));
    }

    @Test
    void anOutputThatIsGoneFailsNobody() {
        var broken = new LogOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        });
        broken.log(Severity.ERROR, "x", "nobody hears", null);
        assertTrue(broken.shows(Severity.ERROR));
    }

    @Test
    void theLibrariesWarningsComeOutAndTheirChatterDoesNot() throws IOException {
        try {
            LibraryLogs.adopt(output);
            var library = Logger.getLogger("io.example.library");
            library.info("chatter");
            library.warning("beware");
            library.log(java.util.logging.Level.SEVERE, "broken {0}", "thing");
            assertFalse(text().contains("chatter"));
            assertTrue(text().contains("level=warning msg=\"beware\""), text());
            assertTrue(text().contains("level=error msg=\"broken thing\""), text());
        } finally {
            LogManager.getLogManager().readConfiguration();
        }
    }
}
