package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountsFileTest {
    @TempDir
    private Path folder;

    private Given given;
    private Path secrets;
    private Path file;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder.toRealPath());
        secrets = Files.createDirectory(given.folder.resolve("secrets"));
        file = given.folder.resolve("mounts.conf");
        given.defaults.mounts = new NodeMounts(List.of(given.folder.resolve("none.conf"), file), NodeMounts.NO_PREFIX);
    }

    private List<RuntimeSpec.Mount> at(String destination) throws IOException {
        return given.build().spec().mounts().stream()
                .filter(mount -> mount.destination().equals(destination))
                .toList();
    }

    private RuntimeSpec.Mount bound(String destination) {
        return new RuntimeSpec.Mount(
                destination,
                "bind",
                secrets.toString(),
                List.of("rbind", "rprivate", "ro", "nosuid", "nodev"),
                List.of(),
                List.of());
    }

    @Test
    void everyContainerHasTheNodesMountsForReading() throws IOException {
        var link = Files.createSymbolicLink(given.folder.resolve("link"), secrets);
        Files.writeString(file, "# secrets\n\n " + link + ":/run/secrets \n" + secrets + "\n");
        assertEquals(List.of(bound("/run/secrets")), at("/run/secrets"));
        assertEquals(List.of(bound(secrets.toString())), at(secrets.toString()));
    }

    @Test
    void aMountOfTheRequestComesInPlaceOfTheNodes() throws IOException {
        Files.writeString(file, secrets + ":/run/secrets\n");
        given.mount("/run/secrets", given.rootfs);
        assertEquals(
                List.of(given.rootfs.toString()),
                at("/run/secrets").stream().map(RuntimeSpec.Mount::source).toList());
    }

    @Test
    void onlyTheFirstFileThatIsThereCounts() throws IOException {
        Files.writeString(file, secrets + ":/of-the-second\n");
        Files.writeString(given.folder.resolve("none.conf"), secrets + ":/of-the-first\n");
        assertEquals(1, at("/of-the-first").size());
        assertEquals(0, at("/of-the-second").size());
    }

    @Test
    void aLineThatCantBeFollowedIsLeftOutWithAWarning() throws IOException {
        Files.writeString(file, secrets + ":/a:ro\n/missing:/b\nrelative:/c\n" + secrets + ":/\n" + secrets + ":/d\n");
        var mounts = MountsFile.of(List.of(file), given.request(), given.warnings);
        assertEquals(List.of(bound("/d")), mounts);
        assertEquals(4, given.warnings.told().size());
    }

    @Test
    void aFileWithoutEndIsRefused() throws IOException {
        Files.write(file, new byte[1 << 17]);
        assertThrows(IOException.class, () -> MountsFile.of(List.of(file), given.request(), given.warnings));
    }

    @Test
    void aDaemonInAContainerFindsTheHostsPathsBelowThePrefix() throws IOException {
        given.defaults.mounts = new NodeMounts(List.of(), given.folder.resolve("host"));
        var data = Files.createDirectories(given.folder.resolve("host/srv/data"));
        Files.createSymbolicLink(given.folder.resolve("host/link"), Path.of("/srv/data"));
        given.mount("/link", Path.of("/link"));
        given.mount("/new", Path.of("/srv/new"));
        given.mount("/up", Path.of("/../../srv/data"));
        var sources = given.build().spec().mounts().stream()
                .filter(mount -> Set.of("/link", "/new", "/up").contains(mount.destination()))
                .map(RuntimeSpec.Mount::source)
                .toList();
        var made = given.folder.resolve("host/srv/new").toString();
        assertEquals(List.of(data.toString(), made, data.toString()), sources);
    }
}
