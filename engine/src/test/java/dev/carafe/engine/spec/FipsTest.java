package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.Invalid;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On a host of which the test says that it is in FIPS mode.
final class FipsTest {
    private static final String KERNEL = "/proc/sys/crypto/fips_enabled";
    private static final List<String> PLACES = List.of(
            "/etc/crypto-policies/back-ends", "/etc/crypto-policies/config", "/run/secrets/system-fips", KERNEL);

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder.toRealPath());
        given.host.fips = true;
    }

    private static void policies(Path rootfs) throws IOException {
        var policy = Files.createDirectories(rootfs.resolve("usr/share/crypto-policies/back-ends/FIPS"));
        Files.writeString(policy.resolve("opensslcnf.config"), "strict\n");
        var used = Files.createDirectories(rootfs.resolve("etc/crypto-policies/back-ends"));
        Files.writeString(used.resolve("opensslcnf.config"), "lax\n");
        Files.writeString(rootfs.resolve("etc/crypto-policies/config"), "DEFAULT\n");
    }

    /// What is read in these places of the container, in their order.
    private List<RuntimeSpec.Mount> mounts() throws IOException {
        return given.build().spec().mounts().stream()
                .filter(mount -> PLACES.contains(mount.destination()))
                .sorted((one, other) ->
                        Integer.compare(PLACES.indexOf(one.destination()), PLACES.indexOf(other.destination())))
                .toList();
    }

    private List<String> sources() throws IOException {
        return mounts().stream().map(RuntimeSpec.Mount::source).toList();
    }

    private String source(String path) {
        return given.rootfs.resolve(path).toString();
    }

    @Test
    void anImagesOwnPolicyComesInPlaceOfTheOneInUse() throws IOException {
        policies(given.rootfs);
        var name = given.ownFolder.resolve("fips-config");
        assertEquals(List.of(source("usr/share/crypto-policies/back-ends/FIPS"), name.toString()), sources());
        assertEquals("FIPS\n", Files.readString(name));
        var imagesName = source("usr/share/crypto-policies/default-fips-config");
        Files.writeString(Path.of(imagesName), "FIPS");
        assertEquals(List.of(source("usr/share/crypto-policies/back-ends/FIPS"), imagesName), sources());
    }

    @Test
    void theLinkOfAnOlderImageFindsItsFile() throws IOException {
        var link = given.rootfs.resolve("etc/system-fips");
        Files.createSymbolicLink(link, Path.of("/run/secrets/system-fips"));
        assertEquals(List.of(given.ownFolder.resolve("system-fips").toString()), sources());
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("/etc/passwd"));
        assertEquals(List.of(), sources());
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("../run/secrets/system-fips"));
        var secrets = Files.createDirectories(folder.resolve("secrets"));
        given.defaults.mounts = new NodeMounts(
                List.of(Files.writeString(folder.resolve("mounts.conf"), secrets + ":/run/secrets\n")),
                NodeMounts.NO_PREFIX);
        assertEquals(List.of(), sources());
    }

    @Test
    void anImageWithoutPoliciesAndAHostInNoSuchModeChangeNothing() throws IOException {
        assertEquals(List.of(), mounts());
        policies(given.rootfs);
        given.host.fips = false;
        given.pod.putLabels("FIPS_DISABLE", "true").putAnnotations("disable-fips.crio.io", "true");
        allow("disable-fips.crio.io");
        assertEquals(List.of(), mounts());
    }

    private void allow(String annotation) {
        given.defaults.rules = new HandlerRules(0, List.of(annotation), Map.of(), false, "", false, false);
    }

    @Test
    void aPodsLabelKeepsThePolicyAwayAndTheAnnotationBesideHidesTheKernelsMode() throws IOException {
        policies(given.rootfs);
        given.pod.putLabels("FIPS_DISABLE", "true");
        assertEquals(List.of(), mounts());
        given.pod.putAnnotations("io.kubernetes.cri-o.DisableFIPS", "true");
        assertEquals(List.of(), mounts());
        allow("disable-fips.crio.io");
        var file = given.ownFolder.resolve("fips-enabled").toString();
        assertEquals(
                List.of(new RuntimeSpec.Mount(
                        KERNEL,
                        "bind",
                        file,
                        List.of("bind", "rprivate", "ro", "nosuid", "nodev", "noexec"),
                        List.of(),
                        List.of())),
                mounts());
        assertEquals("0\n", Files.readString(Path.of(file)));
        given.pod.putAnnotations("io.kubernetes.cri-o.DisableFIPS", "false");
        assertEquals(List.of(), mounts());
        given.pod.clearLabels().putAnnotations("io.kubernetes.cri-o.DisableFIPS", "true");
        assertEquals(2, mounts().size());
    }

    @Test
    void aMountOfTheRequestComesInPlaceOfOurs() throws IOException {
        policies(given.rootfs);
        given.mount("/etc/crypto-policies/back-ends", folder);
        assertEquals(
                List.of(
                        folder.toRealPath().toString(),
                        given.ownFolder.resolve("fips-config").toString()),
                sources());
    }

    @Test
    void linksOfTheImageLeadNowhereOutsideOfIt() throws IOException {
        var policy = Files.createDirectories(given.rootfs.resolve("usr/share/crypto-policies/back-ends"))
                .resolve("FIPS");
        Files.createSymbolicLink(policy, Path.of("../../../../../../../.." + folder));
        assertEquals(List.of(), mounts());
        Files.delete(policy);
        Files.createSymbolicLink(policy, Path.of("/etc"));
        assertEquals(source("etc"), sources().getFirst());
        Files.delete(policy);
        Files.createSymbolicLink(policy, Path.of("FIPS"));
        Refusals.refused(Invalid.class, "the image's /usr/share/crypto-policies", given::build);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    @Tag("system")
    void aContainerReadsThePolicy(String runtime) throws Exception {
        try (var container = new RealContainer(folder, runtime)) {
            policies(container.given.rootfs);
            Files.createSymbolicLink(
                    container.given.rootfs.resolve("etc/system-fips"), Path.of("/run/secrets/system-fips"));
            var output = container.run(
                    "cat /etc/crypto-policies/back-ends/opensslcnf.config /etc/crypto-policies/config; "
                            + "test -e /etc/system-fips && echo there",
                    TestHostFacts.ofThisHost(true));
            assertTrue(output.text().contains("strict\nFIPS\nthere"), output.text());
        }
    }
}
