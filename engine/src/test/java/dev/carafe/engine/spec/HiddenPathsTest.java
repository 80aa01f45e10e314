package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HiddenPathsTest {
    private static final HiddenPaths NONE = new HiddenPaths(List.of(), List.of());

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private HiddenPaths paths() {
        return HiddenPaths.of(given.request());
    }

    @Test
    void theyAreTheRequestsAndNoneWhenItListsNone() {
        assertEquals(NONE, paths());
        given.security().addMaskedPaths("/proc/kcore").addReadonlyPaths("/proc/sys");
        assertEquals(new HiddenPaths(List.of("/proc/kcore"), List.of("/proc/sys")), paths());
    }

    @Test
    void aRequestWithoutSecurityGetsTheUsualOnes() {
        given.container.clearLinux();
        assertTrue(paths().masked().containsAll(List.of("/proc/kcore", "/proc/keys", "/sys/firmware")));
        assertTrue(paths().readOnly().containsAll(List.of("/proc/sys", "/proc/sysrq-trigger")));
    }

    @Test
    void aPrivilegedContainerSeesAll() {
        given.security().addMaskedPaths("/proc/kcore").addReadonlyPaths("/proc/sys");
        given.bePrivileged();
        assertEquals(NONE, paths());
    }

    @Test
    void otherPathsThanAbsoluteOnesAreRefused() {
        given.security().addMaskedPaths("proc");
        Refusals.refused(Invalid.class, "linux.security_context.masked_paths", this::paths);
        given.security().clearMaskedPaths().addReadonlyPaths("/a\0");
        Refusals.refused(Invalid.class, "linux.security_context.readonly_paths", this::paths);
    }
}
