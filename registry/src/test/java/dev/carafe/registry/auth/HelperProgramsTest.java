package dev.carafe.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.registry.Credentials;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelperProgramsTest {
    private final FakePrograms fake = new FakePrograms();
    private final HelperPrograms programs = new HelperPrograms(fake);

    @Test
    void userAndSecretAreReadFromItsAnswer() throws Exception {
        fake.knows("a.example", "{\"ServerURL\":\"a.example\",\"Username\":\"joe\",\"Secret\":\"s\"}\n");
        assertEquals(new Credentials("joe", "s", "", ""), programs.get("pass", "a.example"));
        fake.knows("a.example", "{\"Username\":\"<token>\",\"Secret\":\"t\"}");
        assertEquals(new Credentials("", "", "t", ""), programs.get("pass", "a.example"));
        assertEquals(Credentials.none(), programs.get("pass", "b.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "{\"Secret\":\"secret\"}",
                "{\"Username\":\"joe\",\"Secret\":{\"x\":\"secret\"}}",
                "[]",
                "null"
            })
    void anAnswerThatIsNoneIsNotShown(String output) {
        fake.knows("a.example", output);
        var failure = assertThrows(IOException.class, () -> programs.get("pass", "a.example"));
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertFalse(cause.toString().contains("secret"), cause.toString());
        }
    }

    @Test
    void itsErrorIsShownWhereItIsText() {
        fake.failsFor("a.example", "the vault\n is locked\n");
        assertEquals(
                "docker-credential-pass fails for a.example: the vault is locked",
                assertThrows(IOException.class, () -> programs.get("pass", "a.example"))
                        .getMessage());
        fake.failsFor("a.example", "{\"Secret\":\"secret\"}");
        assertEquals(
                "docker-credential-pass fails for a.example",
                assertThrows(IOException.class, () -> programs.get("pass", "a.example"))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "/bin/sh", "a b", "-x", "x\ny"})
    void noOtherProgramIsRun(String name) {
        assertThrows(IOException.class, () -> programs.get(name, "a.example"));
        assertEquals(List.of(), fake.asked());
    }
}
