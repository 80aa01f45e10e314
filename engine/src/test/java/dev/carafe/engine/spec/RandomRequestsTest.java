package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.EngineException;
import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests of random fields, each mostly valid: none is answered otherwise than by a spec or by a refusal.
final class RandomRequestsTest {
    private static final int REQUESTS = 400;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aRequestEndsAsASpecThatReadsBackEqualOrAsARefusal(long seed) throws IOException {
        var random = new Random(seed);
        var built = 0;
        for (var i = 0; i < REQUESTS; i++) {
            built += isBuilt(new Given(Files.createDirectories(folder.resolve("r" + i))), random) ? 1 : 0;
        }
        assertTrue(built > REQUESTS / 4, "only " + built + " of them were valid");
        assertTrue(built < REQUESTS, "none was refused");
    }

    private static boolean isBuilt(Given given, Random random) throws IOException {
        new RandomRequest(random, given).roll();
        RuntimeSpec spec;
        try {
            spec = given.build().spec();
        } catch (EngineException refused) {
            assertTrue(refused.getMessage().matches("(?s)[a-zA-Z_. ',]+.*"), refused.getMessage());
            return false;
        }
        assertEquals(spec, RuntimeSpec.parse(spec.toJson()));
        holds(given, spec);
        return true;
    }

    /// What must be so whatever was asked.
    private static void holds(Given given, RuntimeSpec spec) throws IOException {
        var host = given.host.build();
        var capabilities = spec.process().capabilities();
        assertTrue(host.grantableCapabilities().containsAll(capabilities.bounding()), capabilities.toString());
        assertTrue(capabilities.bounding().containsAll(capabilities.ambient()), capabilities.toString());
        assertTrue(capabilities.inheritable().containsAll(capabilities.ambient()), capabilities.toString());
        assertTrue(spec.process().oomScoreAdj() >= host.minimumOomScoreAdj());
        assertTrue(Path.of(spec.process().cwd()).isAbsolute());
        assertTrue(spec.linux().cgroupsPath().startsWith("/kubepods/"));
        var resources = spec.linux().resources();
        assertTrue(resources.unified().isEmpty() || host.cgroupMode() == CgroupMode.V2);
        assertTrue(resources.memory() == null || host.has(CgroupController.MEMORY));
        assertTrue(resources.memory() == null || resources.memory().swap() == null || host.memorySwap());
        assertTrue(resources.hugepageLimits().isEmpty() || host.has(CgroupController.HUGETLB));
        for (var mount : spec.mounts()) {
            var destination = Path.of(mount.destination());
            assertEquals(destination.normalize(), destination);
            if (mount.type().equals("bind")) {
                assertTrue(Path.of(mount.source()).toRealPath().equals(Path.of(mount.source())), mount.toString());
            }
        }
        try (var outside = Files.list(given.folder)) {
            var names = outside.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
            names.removeAll(Set.of("rootfs", "own", "resolv.conf", "hostname", "hosts", "shm", "source"));
            assertEquals(Set.of(), names);
        }
    }
}
