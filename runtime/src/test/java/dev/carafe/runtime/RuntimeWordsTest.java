package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RuntimeWordsTest {
    @Test
    void reasonsStandBeforeTheRest() {
        assertEquals("no such image; and no disk", RuntimeWords.of("""
                        {"level":"warning","msg":"a warning","time":"2026-01-01T00:00:00Z"}
                        {"level":"error","msg":"no such image","time":"2026-01-01T00:00:00Z","file":"x.go:1"}
                        time="2026-01-01T00:00:00Z" level=fatal msg="and no disk"
                        anything
                        """));
    }

    @Test
    void whatIsNoLogIsTakenAsItIs() {
        assertEquals("sh: not found; bye", RuntimeWords.of("sh: not found\n\n  bye \r\n"));
        assertEquals("", RuntimeWords.of("\n \n"));
    }

    @Test
    void quotesInAMessageAreResolved() {
        assertEquals(
                "exec: \"x\": not there \\",
                RuntimeWords.of("time=\"now\" level=error msg=\"exec: \\\"x\\\": not there \\\\\" error=\"more\""));
    }

    @Test
    void controlCharactersCantForgeALine() {
        var words = RuntimeWords.of("{\"level\":\"error\",\"msg\":\"a\\nb\\u001b[31m\\u0000\"}");
        assertEquals("a?b?[31m?", words);
    }

    @Test
    void theyAreBounded() {
        assertTrue(RuntimeWords.of("x".repeat(1 << 20)).length() <= 4097);
        assertTrue(RuntimeWords.of("x\n".repeat(1 << 19)).length() <= 4097);
    }

    @Test
    void hostileLinesAreNoErrors() {
        for (var line : List.of(
                "{",
                "{}",
                "{\"msg\":null,\"level\":\"error\"}",
                "{\"msg\":[1],\"level\":\"error\"}",
                "{\"msg\":\"m\",\"status\":\"text\"}",
                "{\"msg\":\"m\",\"status\":99999999999999999999}",
                "time=",
                "time=x level= msg=\"",
                "time=x msg=\"m\" level=error",
                "time=x level=error msg=\"" + "\\\"".repeat(100_000),
                "{\"a\":" + "[".repeat(10_000))) {
            assertTrue(RuntimeWords.of(line).length() <= 4097, line);
        }
        var random = new Random(7);
        for (var i = 0; i < 2000; i++) {
            var bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && i % 2 == 0) {
                bytes[0] = '{';
            }
            assertTrue(RuntimeWords.of(bytes).length() <= 4097);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "container does not exist",
                "container \"a\" does not exist",
                "container `a` does not exist: No such file or directory",
                "error opening file `/run/crun/a/status`: No such file or directory"
            })
    void anUnknownContainerIsTold(String words) {
        assertTrue(RuntimeWords.sayUnknown(words));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "sh: exec: /usr/bin/crun: No such file or directory",
                "error while loading shared libraries: libyajl.so.2: cannot open shared object file: No such file",
                "the rootfs path `/x` does not exist",
                "permission denied"
            })
    void anotherFailureIsNotTakenForAnUnknownContainer(String words) {
        assertFalse(RuntimeWords.sayUnknown(words));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "127|exec failed: unable to start container process: exec: \"x\": executable file not found in $PATH",
                "127|exec failed: unable to start container process: exec: \"/x\": stat /x: no such file or directory",
                "127|executable file `x` not found in $PATH: No such file or directory",
                "127|executable file `/x` not found: No such file or directory",
                "126|exec failed: unable to start container process: exec: \"/etc\": permission denied",
                "126|exec failed: unable to start container process: exec: \"/etc\": is a directory",
                "126|open executable: Permission denied",
                "126|exec: Exec format error",
                "126|exec `/x`: Exec format error",
                "126|the path `/etc/passwd` exists but it is not executable: Operation not permitted",
                "126|the path `/etc` is not a regular file: Operation not permitted",
                "-1|exec failed: chdir to cwd (\"/x\") set in config.json failed: no such file or directory",
                "-1|chdir `/x`: Permission denied",
                "-1|exec failed: cannot exec in a stopped container"
            })
    void aCommandThatCantBeExecutedHasTheExitCodeOfShells(int code, String words) {
        assertEquals(code < 0 ? OptionalInt.empty() : OptionalInt.of(code), RuntimeWords.exitCode(words));
    }
}
