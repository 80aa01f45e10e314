package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.IdRange;
import dev.carafe.linux.Mounts;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.NamespaceSetup;
import dev.carafe.linux.Namespaces;
import dev.carafe.linux.SelinuxLabel;
import dev.carafe.linux.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Roots and volumes of containers whose pod has a user namespace.
@Tag("system")
class ShiftedRootsSystemTest {
    private static final IdRange IDS = new IdRange(300_000, 65_536);

    @TempDir
    private Path folder;

    private UserNamespace users = UserNamespace.HOST;

    @BeforeEach
    void pin() throws Exception {
        var pin = folder.resolve("user");
        UserNamespace.pin(Map.of(NamespaceKind.USER, pin), IDS, NamespaceSetup.none());
        users = new UserNamespace(pin, IDS);
    }

    @AfterEach
    void unpin() throws IOException {
        Namespaces.unpin(users.pin());
    }

    private static int owner(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:uid");
    }

    private List<Path> mountsBelow(Path place) throws IOException {
        return Mounts.read().stream()
                .map(mount -> mount.mountPoint())
                .filter(point -> point.startsWith(place))
                .toList();
    }

    @Test
    void theRootsFilesBelongToTheNamespaceAndTheLayersStayAsTheyAre() throws Exception {
        try (var store = new TestStore(folder.resolve("store"))) {
            var image = store.addChain(
                    TarWriter.of(TarWriter.file("lower", "1")), TarWriter.of(TarWriter.file("upper", "2")));
            var root = store.roots().prepare("c", ContainerLayers.withoutVolumes(image), users, SelinuxLabel.NONE);
            assertEquals(300_000, owner(root));
            assertEquals(300_000, owner(root.resolve("lower")));
            Files.writeString(root.resolve("lower"), "changed");
            assertEquals(300_000, owner(root.resolve("lower")), "copied up with its owner");
            assertEquals("2", Files.readString(root.resolve("upper")));
            assertEquals(List.of(root), mountsBelow(folder.resolve("store")), "the layers' mounts are gone");
            var other = store.roots().prepare("d", ContainerLayers.withoutVolumes(image));
            assertEquals(0, owner(other.resolve("lower")));
            assertEquals("1", Files.readString(other.resolve("lower")));
            store.roots().remove("c");
            store.roots().remove("d");
            assertEquals(List.of(), mountsBelow(folder.resolve("store")));
        }
    }

    @Test
    void volumesAndFoldersOfTheHostAreSeenWithTheNamespacesOwnersUntilTheContainerGoes() throws Exception {
        try (var store = new TestStore(folder.resolve("store"))) {
            var image = store.addChain(TarWriter.of(TarWriter.file("file", "1")));
            store.roots().prepare("c", new ContainerLayers(image, List.of(image)), users, SelinuxLabel.NONE);
            var volume = store.roots().volume("c", 0, users, SelinuxLabel.NONE);
            assertEquals(300_000, owner(volume));
            assertEquals(300_000, owner(volume.resolve("file")));
            var host = Files.createDirectory(folder.resolve("host"));
            Files.writeString(host.resolve("file"), "of the host");
            var mapped = store.roots().idMapped("c", 1, host, users, false);
            var file = store.roots().idMapped("c", 2, host.resolve("file"), users, false);
            assertEquals(300_000, owner(mapped.resolve("file")));
            assertEquals(300_000, owner(file));
            assertEquals(mapped, store.roots().idMapped("c", 1, host, users, false), "again it is the same");
            store.roots().remove("c");
            assertFalse(Files.exists(mapped.getParent()));
            assertEquals(List.of(), mountsBelow(folder.resolve("store")));
            assertTrue(Files.exists(host.resolve("file")));
        }
    }

    @Test
    void anOwnerOfTheRootFolderThatTheNamespaceLacksIsAnError() throws IOException {
        var shifted = Attributes.UNNAMED.shifted(IDS);
        assertEquals(300_000, shifted.uid());
        assertThrows(IOException.class, () -> shifted.shifted(IDS));
    }
}
