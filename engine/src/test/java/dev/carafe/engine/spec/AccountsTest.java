package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AccountsTest {
    @TempDir
    private Path root;

    @Test
    void readsTheImagesFilesAndFollowsItsLinksInsideItsRoot() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(root.resolve("usr/lib"));
        Files.writeString(root.resolve("usr/lib/passwd"), "web:x:5:6::/:\n");
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/usr/lib/passwd"));
        var accounts = Accounts.read(root);
        assertEquals(List.of(new Accounts.User("web", 5, 6)), accounts.users());
        assertEquals(List.of(), accounts.groups());
    }

    @Test
    void anImageWithoutThemHasNobody() throws IOException {
        assertEquals(new Accounts(List.of(), List.of()), Accounts.read(root));
        Files.writeString(root.resolve("etc"), "not a folder");
        assertEquals(new Accounts(List.of(), List.of()), Accounts.read(root));
    }

    @Test
    void whatIsNoFileOrALoopOrTooLargeIsRefused() throws IOException {
        Files.createDirectories(root.resolve("etc/passwd"));
        Refusals.refused(Invalid.class, "the image's etc/passwd", () -> Accounts.read(root));
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("passwd"));
        Refusals.refused(Invalid.class, "the image's etc/passwd", () -> Accounts.read(root));
        Files.delete(root.resolve("etc/passwd"));
        Files.writeString(root.resolve("etc/passwd"), "x".repeat((4 << 20) + 1));
        Refusals.refused(Invalid.class, "the image's etc/passwd", () -> Accounts.read(root));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "+1", "-0", "-1", "1x", "2147483648", "99999999999", "١"})
    void whatIsNoNumberOfAnAccountIsNone(String text) {
        assertEquals(OptionalInt.empty(), Accounts.id(text));
    }

    @Test
    void namelessLinesAreNobodys() {
        var accounts = Accounts.parse(":x:1000:1000::/:\n", "broken:x:0:\n:x:7:web\n");
        assertEquals(List.of(), accounts.users());
        assertEquals(List.of(), accounts.groupsOf("web"));
    }
}
