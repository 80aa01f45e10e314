package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.MountPropagation;
import dev.carafe.engine.Invalid;
import dev.carafe.linux.MountEntry;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostMountsTest {
    private static final String FIELD = "mounts.host_path: ";

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder.toRealPath());
    }

    private List<RuntimeSpec.Mount> mounts() throws IOException {
        return HostMounts.of(given.request(), given.defaults.build());
    }

    private static RuntimeSpec.Mount bound(Path source, String destination, String... options) {
        return new RuntimeSpec.Mount(
                destination, "bind", source.toString(), Arrays.asList(options), List.of(), List.of());
    }

    @Test
    void aMountIsPrivateWithAllBelowItAndReadOnlyWhenAsked() throws IOException {
        given.mount("/data/../in", given.rootfs);
        given.mount("/ro", given.rootfs).setReadonly(true);
        assertEquals(
                List.of(
                        bound(given.rootfs, "/in", "rbind", "rprivate", "rw"),
                        bound(given.rootfs, "/ro", "rbind", "rprivate", "ro")),
                mounts());
    }

    @Test
    void anImageIsMountedFromItsPlaceForReading() throws IOException {
        given.mount("/image", given.rootfs)
                .setReadonly(true)
                .setImage(ImageSpec.newBuilder().setImage("1234"));
        assertEquals(List.of(bound(given.rootfs, "/image", "bind", "rprivate", "ro", "nosuid", "nodev")), mounts());
    }

    @Test
    void aMountIsReadOnlyWithAllBelowItWhenAsked() throws IOException {
        given.mount("/ro", given.rootfs).setReadonly(true).setRecursiveReadOnly(true);
        assertEquals(List.of(bound(given.rootfs, "/ro", "rbind", "rprivate", "rro")), mounts());
        assertTrue(ContainerConfigCheck.needsRecursiveReadOnly(given.container.build()));
    }

    @Test
    void optionsComeBesideTheUsualOnesAndTakeNoneOfThemBack() throws IOException {
        given.mount("/data", given.rootfs).addMountOptions("noexec").addMountOptions("noatime");
        given.mount("/image", given.rootfs)
                .setImage(ImageSpec.newBuilder().setImage("1234"))
                .addMountOptions("noexec")
                .addMountOptions("nosuid")
                .addMountOptions("noatime");
        assertEquals(
                List.of(
                        bound(given.rootfs, "/data", "rbind", "rprivate", "rw", "noexec", "noatime"),
                        bound(
                                given.rootfs,
                                "/image",
                                "bind",
                                "rprivate",
                                "ro",
                                "nosuid",
                                "nodev",
                                "noexec",
                                "noatime")),
                mounts());
    }

    @Test
    void linksOfTheHostAreFollowed() throws IOException {
        var link = Files.createSymbolicLink(given.folder.resolve("link"), given.rootfs);
        given.mount("/data", link.resolve("etc"));
        assertEquals(given.rootfs.resolve("etc").toString(), mounts().getFirst().source());
    }

    @Test
    void aMissingSourceIsMadeAsAFolder() throws IOException {
        var missing = given.folder.resolve("a/b/c");
        given.mount("/data", missing);
        assertEquals(missing.toString(), mounts().getFirst().source());
        assertTrue(Files.isDirectory(missing));
        assertEquals(missing.toString(), mounts().getFirst().source());
    }

    @Test
    void missingSourcesThatTheConfigurationRejectsAreNotMade() throws IOException {
        var missing = given.folder.resolve("etc-hostname");
        given.defaults.absentMountSourcesToReject = List.of(missing.toString());
        given.mount("/data", given.folder.resolve("./etc-hostname"));
        Refusals.refused(Invalid.class, FIELD + given.folder + "/./etc-hostname does not exist", this::mounts);
        assertFalse(Files.exists(missing));
        Files.createDirectory(missing);
        assertEquals(missing.toString(), mounts().getFirst().source());
    }

    @Test
    void aSourceThatLeadsNowhereIsRefused() throws IOException {
        Files.createSymbolicLink(given.folder.resolve("dangling"), Path.of("nothing"));
        Files.createSymbolicLink(given.folder.resolve("loop"), Path.of("loop"));
        Files.writeString(given.folder.resolve("file"), "");
        for (var source : List.of("dangling", "dangling/below", "loop", "loop/below", "file/below")) {
            given.container.clearMounts();
            given.mount("/data", given.folder.resolve(source));
            Refusals.refused(Invalid.class, FIELD, this::mounts);
        }
        assertFalse(Files.exists(given.folder.resolve("nothing")));
        given.container.clearMounts();
        given.mount("/data", Path.of("/proc/nothing-of-this-name"));
        Refusals.refused(Invalid.class, FIELD, this::mounts);
    }

    @Test
    void theRootPassesOnWhatAMountNeeds() {
        assertEquals(Optional.empty(), HostMounts.rootPropagation(given.request()));
        given.mount("/a", given.rootfs);
        assertEquals(Optional.empty(), HostMounts.rootPropagation(given.request()));
        given.mount("/b", given.rootfs).setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER);
        assertEquals(Optional.of("rslave"), HostMounts.rootPropagation(given.request()));
        given.mount("/c", given.rootfs).setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL);
        given.mount("/d", given.rootfs).setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER);
        assertEquals(Optional.of("rshared"), HostMounts.rootPropagation(given.request()));
    }

    private static MountEntry entry(String mountPoint, String propagation) {
        return new MountEntry(1, 0, "/", Path.of(mountPoint), "ext4", "/dev/vda", "rw", propagation);
    }

    @Test
    void propagationNeedsAHostMountThatPassesItOn() {
        var table = new MountTable(List.of(
                entry("/", "shared:1"),
                entry("/srv", ""),
                entry("/srv/slave", "master:2"),
                entry("/srv/twice", "shared:3"),
                entry("/srv/twice", "")));
        assertDoesNotThrow(() -> table.requireShared(Path.of("/srvs/x")));
        assertDoesNotThrow(() -> table.requireSharedOrSlave(Path.of("/srv/slave/x")));
        Refusals.refused(
                Invalid.class,
                "mounts.propagation: PROPAGATION_BIDIRECTIONAL",
                () -> table.requireShared(Path.of("/srv/slave/x")));
        Refusals.refused(
                Invalid.class,
                "mounts.propagation: PROPAGATION_HOST_TO_CONTAINER",
                () -> table.requireSharedOrSlave(Path.of("/srv/x")));
        Refusals.refused(Invalid.class, "mounts.propagation: ", () -> table.requireShared(Path.of("/srv/twice")));
        Refusals.refused(
                Invalid.class, "mounts.propagation: ", () -> new MountTable(List.of()).requireShared(Path.of("/srv")));
    }
}
