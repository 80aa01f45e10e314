package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.Capability;
import dev.carafe.cri.v1.LinuxContainerUser;
import dev.carafe.engine.Invalid;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.Signals;
import dev.carafe.oci.RuntimeSpec;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpecBuilderTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        folder = folder.toRealPath();
        given = new Given(folder);
    }

    @SuppressWarnings("unchecked") // a JSON object
    private static Map<String, Object> tree(String json) {
        return new LinkedHashMap<>(
                (Map<String, Object>) Jsonb.instance().type(Object.class).fromJson(json));
    }

    /// A file beside this class, in which FOLDER stands for the test's.
    private String expected(String name) throws IOException {
        try (var resource = SpecBuilderTest.class.getResourceAsStream(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).replace("FOLDER", folder.toString());
        }
    }

    @Test
    void theKubeletsContainerIsWrittenAsRuntimesReadIt() throws IOException {
        given.asOfTheKubelet();
        given.security().clearSeccomp();
        var written = tree(given.build().spec().toJson());
        written.remove("annotations");
        assertEquals(tree(expected("kubelet-container.json")), written);
    }

    @Test
    void theStatusTellsTheUserTheMountsAndTheSignal() throws IOException {
        given.asOfTheKubelet();
        given.image.stopSignal = "SIGQUIT";
        var built = given.build();
        var user = LinuxContainerUser.newBuilder().setUid(1000).setGid(1000);
        user.addAllSupplementalGroups(List.of(1000L, 50L, 2000L));
        assertEquals(user.build(), built.user());
        assertEquals(given.container.getMountsList(), built.mounts());
        assertEquals(Signals.QUIT, built.stopSignal());
        assertEquals("SIGQUIT", built.spec().annotations().get("org.opencontainers.image.stopSignal"));
    }

    @Test
    void aRequestWithoutAnythingOfLinuxRuns() throws IOException {
        given.namespaces.put(NamespaceKind.PID, folder.resolve("pid"));
        given.container.clearLinux();
        var spec = given.build().spec();
        assertEquals(9, spec.process().capabilities().bounding().size());
        assertEquals(0, spec.process().oomScoreAdj());
        assertEquals(0, spec.process().user().uid());
        assertFalse(spec.process().noNewPrivileges());
        assertTrue(spec.linux().maskedPaths().contains("/proc/kcore"));
        assertEquals(null, spec.linux().seccomp());
    }

    @Test
    void theSameRequestAgainIsTheSameSpec() throws IOException {
        given.image.volumes = Set.of("/data");
        given.image.workingDirectory = "/srv";
        given.mount("/host", folder.resolve("made"));
        assertEquals(given.build(), given.build());
    }

    @Test
    void aRefusedRequestMakesNothing() throws IOException {
        given.mount("/host", folder.resolve("made"));
        given.image.workingDirectory = "/srv/app";
        given.security().setCapabilities(Capability.newBuilder().addAddCapabilities("ROOT"));
        Refusals.refused(Invalid.class, "linux.security_context.capabilities.add_capabilities", given::build);
        given.security().clearCapabilities();
        given.resources().setCpuShares(1);
        Refusals.refused(Invalid.class, "linux.resources.cpu_shares", given::build);
        assertFalse(Files.exists(folder.resolve("made")));
        assertFalse(Files.exists(given.rootfs.resolve("srv")));
        given.resources().clearCpuShares();
        given.build();
        assertTrue(Files.exists(folder.resolve("made")));
        assertTrue(Files.exists(given.rootfs.resolve("srv/app")));
    }

    @Test
    void aFurtherProcessWithATerminalKnowsItsKind() throws IOException {
        given.asOfTheKubelet();
        var builder = new SpecBuilder(given.defaults.build(), given.host.build());
        var further = builder.execProcess(given.build().spec().process(), List.of("/bin/sh"), true);
        assertTrue(further.terminal());
        assertTrue(further.env().contains("TERM=xterm"));
        given.container.setTty(true);
        var known = builder.execProcess(given.build().spec().process(), List.of("/bin/sh"), true);
        assertEquals(1, known.env().stream().filter(e -> e.startsWith("TERM=")).count());
    }

    @Test
    void aFurtherProcessIsAsTheFirstButForItsCommandAndTerminal() throws IOException {
        given.asOfTheKubelet();
        given.container.setTty(true);
        given.defaults.ulimits = List.of("nofile=10:20");
        var first = given.build().spec().process();
        assertTrue(first.terminal());
        var builder = new SpecBuilder(given.defaults.build(), given.host.build());
        var further = builder.execProcess(
                RuntimeSpec.parse(given.build().spec().toJson()).process(), List.of("/bin/sh", "-c", "x"), false);
        assertEquals(
                new RuntimeSpec.Process(
                        false,
                        null,
                        first.user(),
                        List.of("/bin/sh", "-c", "x"),
                        first.env(),
                        first.cwd(),
                        first.capabilities(),
                        first.rlimits(),
                        first.noNewPrivileges(),
                        first.apparmorProfile(),
                        first.oomScoreAdj(),
                        first.selinuxLabel(),
                        first.execCPUAffinity(),
                        first.ioPriority(),
                        first.scheduler()),
                further);
        for (var command : List.of(List.<String>of(), List.of(""))) {
            Refusals.refused(
                    Invalid.class,
                    "cmd: ",
                    () -> builder.execProcess(given.build().spec().process(), command, false));
        }
    }
}
