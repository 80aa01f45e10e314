package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.UserNamespace;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The working directory and the image's volumes.
final class RootFoldersTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private void make(String path) throws IOException {
        new RootFolders(given.rootfs, UserNamespace.HOST.ids()).make(Path.of(path), "field");
    }

    @Test
    void aFolderIsMadeWithItsParentsAndMakingItAgainDoesNoHarm() throws IOException {
        make("/srv/data");
        make("/srv/data");
        make("/");
        assertTrue(Files.isDirectory(given.rootfs.resolve("srv/data")));
    }

    @Test
    void linksOfTheImageLeadNowhereOutOfIt() throws IOException {
        var outside = Files.createDirectory(folder.resolve("outside"));
        Files.createSymbolicLink(given.rootfs.resolve("up"), Path.of("../outside"));
        Files.createSymbolicLink(given.rootfs.resolve("absolute"), outside);
        Files.createDirectories(given.rootfs.resolve("real"));
        Files.createSymbolicLink(given.rootfs.resolve("inside"), Path.of("/real"));
        make("/up/x");
        make("/absolute/x");
        make("/inside/x");
        try (var files = Files.list(outside)) {
            assertEquals(List.of(), files.toList());
        }
        assertTrue(Files.isDirectory(given.rootfs.resolve("real/x")));
    }

    @Test
    void belowALinkToNothingNothingIsMade() throws IOException {
        Files.createSymbolicLink(given.rootfs.resolve("app"), Path.of("data/app"));
        make("/app/x");
        assertFalse(Files.exists(given.rootfs.resolve("data")));
    }

    @Test
    void aFileOrALoopInTheWayIsRefusedWithTheField() throws IOException {
        Refusals.refused(Invalid.class, "field: /etc/passwd/x", () -> make("/etc/passwd/x"));
        Files.createSymbolicLink(given.rootfs.resolve("loop"), Path.of("loop"));
        Refusals.refused(Invalid.class, "field: /loop/x", () -> make("/loop/x"));
    }

    @Test
    void theWorkingDirectoryIsTheContainersOrTheImagesOrTheRoot() {
        assertEquals(Path.of("/"), WorkingDirectory.of(given.request()));
        given.image.workingDirectory = "srv/../app";
        assertEquals(Path.of("/app"), WorkingDirectory.of(given.request()));
        given.container.setWorkingDir("/data");
        assertEquals(Path.of("/data"), WorkingDirectory.of(given.request()));
        given.container.setWorkingDir("/a\0");
        Refusals.refused(Invalid.class, "working_dir: ", () -> WorkingDirectory.of(given.request()));
    }

    private List<Path> volumes() {
        return ImageVolumeFolders.of(given.request(), given.defaults.build()).paths();
    }

    @Test
    void declaredVolumesAreFoldersUnlessAMountTakesTheirPlace() throws IOException {
        given.image.volumes = Set.of("/var/lib/data", "cache", "/mounted", "/mounted/below", "/mountedtoo");
        given.mount("/mounted/", folder);
        assertEquals(List.of(Path.of("/cache"), Path.of("/mountedtoo"), Path.of("/var/lib/data")), volumes());
        given.build();
        assertTrue(Files.isDirectory(given.rootfs.resolve("var/lib/data")));
        given.defaults.imageVolumes = ImageVolumes.IGNORE;
        assertEquals(List.of(), volumes());
    }

    @Test
    void boundVolumesAreEmptyFoldersBesideTheRootThatAreWrittenInAReadOnlyRootToo() throws IOException {
        given.image.volumes = Set.of("/data", "/mounted");
        given.mount("/mounted", folder);
        given.security().setReadonlyRootfs(true);
        given.defaults.imageVolumes = ImageVolumes.BIND;
        Files.createDirectories(given.rootfs.resolve("data/of-the-image"));

        var mounts = given.build().spec().mounts().stream()
                .filter(mount -> mount.destination().equals("/data"))
                .toList();

        var source = given.ownFolder.resolve("declared-0");
        assertEquals(
                List.of(new RuntimeSpec.Mount(
                        "/data", "bind", source.toString(), List.of("bind", "rprivate", "rw"), List.of(), List.of())),
                mounts);
        try (var files = Files.list(source)) {
            assertEquals(0, files.count());
        }
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(source)));
    }

    @Test
    void aHostileImageIsRefused() {
        given.image.volumes = Set.of("/a\0b");
        Refusals.refused(Invalid.class, "the image's volumes: ", this::volumes);
        given.image.volumes = Set.of("/" + "x".repeat(256));
        Refusals.refused(Invalid.class, "the image's volumes: ", this::volumes);
        given.image.volumes =
                IntStream.rangeClosed(0, 1024).mapToObj(i -> "/v" + i).collect(Collectors.toSet());
        Refusals.refused(Invalid.class, "the image's volumes: more than 1024", this::volumes);
    }
}
