package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What GNU tar writes in each of its formats is unpacked as GNU tar unpacks it.
@Tag("system")
class TarFormsSystemTest {
    @TempDir
    private Path folder;

    private Path tree;

    @BeforeEach
    void fill() throws IOException, InterruptedException {
        tree = Files.createDirectory(folder.resolve("tree"));
        Shell.run(tree, "sh", "-ec", """
                mkdir -p d/empty sticky; chmod 1777 sticky
                echo content > file; chmod 4755 file; ln file again; ln file d/third
                ln -s file link; ln -s /nowhere/at/all dangling
                mkfifo fifo; mknod null c 1 3; mknod disk b 8 1
                truncate -s 3000000 holes; echo end >> holes
                printf middle | dd of=holes bs=1 seek=1000000 conv=notrunc 2>/dev/null
                truncate -s 100000 hole
                for i in $(seq 1 30); do printf x | dd of=many bs=1 seek=$((i * 20000)) conv=notrunc 2>/dev/null; done
                chown 1000:2000 d/third; touch -d 1969-12-31T12:00:00Z old; touch -d 2099-01-01T00:00:00Z future
                : > nothing; head -c 100000 /dev/urandom > random
                """);
    }

    private void compare(String... options) throws Exception {
        var create = "tar --create --numeric-owner --file=" + folder.resolve("layer.tar") + " "
                + String.join(" ", options) + " .";
        Shell.run(tree, "sh", "-c", create);
        var tar = Files.readAllBytes(folder.resolve("layer.tar"));
        var reference = new Reference(folder.resolve("reference"));
        reference.extract(tar);
        try (var store = new TestStore(folder)) {
            var id = store.add(tar);
            assertEquals(listed(reference.root()), listed(store.files(id)));
            var again = new ByteArrayOutputStream();
            store.layers().writeTar(id, Channels.newChannel(again));
            assertArrayEquals(tar, again.toByteArray());
            try (var check = checkOf(store)) {
                assertEquals(true, check.run(true).isClean(), check.run(true).toString());
            }
        }
    }

    private static StoreCheck checkOf(TestStore store) throws IOException {
        store.layers().close();
        return StoreCheck.open(store.config());
    }

    private static String listed(Path root) throws IOException {
        return String.join(
                "\n",
                TreeListing.of(root).entrySet().stream().map(Object::toString).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"v7", "oldgnu", "gnu", "ustar", "pax"})
    void anyFormat(String format) throws Exception {
        if (format.equals("v7")) { // has no devices
            Shell.run(tree, "rm", "fifo", "null", "disk");
        }
        if (format.equals("v7") || format.equals("ustar")) { // have no negative times
            Shell.run(tree, "rm", "old");
        }
        compare("--format=" + format);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=oldgnu --sparse",
                "--format=gnu --sparse",
                "--format=pax --sparse --sparse-version=0.0",
                "--format=pax --sparse --sparse-version=0.1",
                "--format=pax --sparse --sparse-version=1.0"
            })
    void anyFormOfSparseFiles(String options) throws Exception {
        compare(options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "oldgnu", "pax"})
    void longNamesAndTargets(String format) throws Exception {
        var name = "n".repeat(200);
        Shell.run(tree, "mkdir", "-p", (name + "/").repeat(5));
        Shell.run(tree, "ln", "-s", "t".repeat(4000), "long");
        Files.writeString(tree.resolve((name + "/").repeat(5) + name), "deep");
        compare("--format=" + format);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax"})
    void largeOwners(String format) throws Exception {
        Shell.run(tree, "chown", "4000000000:3000000000", "file", "link", "-h");
        compare("--format=" + format);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pax"})
    void attributesAndCapabilities(String format) throws Exception {
        Shell.run(
                tree,
                "sh",
                "-c",
                "setfattr -n user.note -v hello random && setfattr -n security.capability"
                        + " -v 0x0100000200040000000000000000000000000000 random");
        compare("--format=" + format, "--xattrs", "--xattrs-include='*'");
    }
}
