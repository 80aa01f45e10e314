package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
    @TempDir
    Path folder;

    private static RuntimeSpec spec(String hostname) {
        var linux = new RuntimeSpec.Linux(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
        var process = TestHost.process(false, List.of("/bin/true"));
        return new RuntimeSpec("1.0.2", process, new RuntimeSpec.Root("/r", true), hostname, null, null, null, linux);
    }

    @Test
    void theSpecIsReadBackAsItWas() throws Exception {
        var bundle = folder.resolve("bundles/a");
        Bundle.write(bundle, spec("first-and-longer"));
        Bundle.write(bundle, spec("b"));
        assertEquals(spec("b"), Bundle.read(bundle));
    }

    @Test
    void onlyTheOwnerSeesIt() throws Exception {
        var bundle = folder.resolve("a");
        Bundle.write(bundle, spec("h"));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle)));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle.resolve("config.json"))));
    }

    @Test
    void damageIsAnErrorThatNamesTheFile() throws Exception {
        Files.writeString(folder.resolve("config.json"), "{");
        var failure = assertThrows(IOException.class, () -> Bundle.read(folder));
        assertEquals(
                true,
                failure.getMessage().startsWith(folder.resolve("config.json").toString()));
    }
}
