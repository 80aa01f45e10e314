package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.CDIDevice;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.Image;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.RunPodSandboxRequest;
import dev.carafe.cri.v1.SecurityProfile;
import dev.carafe.cri.v1.SecurityProfile.ProfileType;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What a running daemon takes up at SIGHUP while pods come and go: each key that CRI-O reloads, the handlers, and
/// registries.conf. What runs already stays as it is. Keys of layers are in [EncryptedImagesTest].
@Tag("system")
class ReloadTest {
    private static final String RUNTIME = "[crio.runtime]\n";
    private static final String IMAGE = "[crio.image]\n";

    private Stage stage;
    private Cri cri;
    private Path work;
    private String pod;
    private PodSandboxConfig config;
    private String standing;
    private Load load;

    @BeforeEach
    void setUp() throws Exception {
        stage = Stage.set("runc");
        cri = stage.cri();
        work = stage.host().work();
        cri.pull(stage.busybox());
        config = cri.pod("standing");
        pod = cri.run(config);
        standing = cri.createAndStart(pod, config, sleeper("standing"));
        load = new Load();
    }

    @AfterEach
    void tearDown() throws Exception {
        try {
            load.end();
        } finally {
            stage.close();
        }
    }

    private ContainerConfig sleeper(String name) {
        return Cri.container(name, stage.busybox(), "sleep", "100000");
    }

    /// Pods that start and go, and commands, all the time.
    private final class Load {
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private volatile boolean over;
        private final List<Thread> threads = List.of(
                Thread.ofVirtual().start(() -> run("a")), Thread.ofVirtual().start(() -> run("b")));

        private void run(String name) {
            try {
                for (var i = 0; !over; i++) {
                    var own = cri.pod(name + i);
                    var id = cri.run(own);
                    cri.createAndStart(id, own, sleeper("main"));
                    assertEquals(0, cri.exec(standing, "true").getExitCode());
                    cri.removePod(id);
                }
            } catch (RuntimeException | AssertionError e) {
                failures.add(e);
            }
        }

        void end() throws InterruptedException {
            over = true;
            for (var thread : threads) {
                thread.join();
            }
        }
    }

    /// Another text in the configuration, which the daemon says that it has taken up.
    private void change(String key, String text, String other) throws Exception {
        var file = stage.host().configuration();
        var before = Files.readString(file);
        assertTrue(before.contains(text), before);
        Files.writeString(file, before.replace(text, other));
        reload(key);
    }

    private void reload(String what) throws Exception {
        Programs.output("kill", "-HUP", Long.toString(stage.daemon().pid()));
        Await.until("the reload of " + what, () -> logged("SIGHUP: taken up: " + what + "\""));
    }

    private void add(String table, String key, String value) throws Exception {
        change(table.strip().replaceAll("[\\[\\]]", "") + "." + key, table, table + key + " = " + value + "\n");
    }

    private boolean logged(String text) throws Exception {
        return TestDaemon.logOf(stage.host()).contains(text);
    }

    private void refused(String words, Executable work) {
        var refusal = assertThrows(StatusRuntimeException.class, work);
        assertTrue(String.valueOf(refusal.getMessage()).contains(words), refusal::getMessage);
    }

    private String exec(String container, String command) {
        return cri.exec(container, "sh", "-c", command).getStdout().toStringUtf8();
    }

    @Test
    void profilesClassesAndDevicesAreThoseOfTheNextContainers() throws Exception {
        var profile = Files.writeString(work.resolve("profile.json"), """
                {"defaultAction": "SCMP_ACT_ALLOW",
                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}
                """);
        var confined = sleeper("confined").toBuilder();
        confined.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setSeccomp(SecurityProfile.newBuilder().setProfileType(ProfileType.RuntimeDefault));
        var before = cri.createAndStart(pod, config, confined.build());
        add(RUNTIME, "seccomp_profile", "\"" + profile + "\"");
        confined.getMetadataBuilder().setName("later");
        var later = cri.createAndStart(pod, config, confined.build());
        var made = "mkdir /tmp/a 2>/dev/null && echo made";
        assertEquals("made\n", exec(before, made));
        assertEquals("", exec(later, made));

        var privilegedPod = cri.pod("privileged").toBuilder();
        privilegedPod.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(true);
        var inPrivileged = cri.run(privilegedPod.build());
        add(RUNTIME, "privileged_seccomp_profile", "\"" + profile + "\"");
        var privileged = sleeper("privileged").toBuilder();
        privileged.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(true);
        assertEquals("", exec(cri.createAndStart(inPrivileged, privilegedPod.build(), privileged.build()), made));
        cri.removePod(inPrivileged);

        var slow = cri.pod("slow").toBuilder()
                .putAnnotations("blockio.resources.beta.kubernetes.io/pod", "slow")
                .build();
        var inSlow = cri.run(slow);
        cri.createAndStart(inSlow, slow, sleeper("main"));
        var classes = Files.writeString(work.resolve("classes.yaml"), "Classes: {fast: []}");
        add(RUNTIME, "blockio_config_file", "\"" + classes + "\"");
        refused("slow", () -> cri.create(inSlow, slow, sleeper("other")));
        cri.removePod(inSlow);

        var withDevice = sleeper("device").toBuilder()
                .addCDIDevices(CDIDevice.newBuilder().setName("acme.example/gpu=0"))
                .build();
        refused("acme.example/gpu=0", () -> cri.create(pod, config, withDevice));
        var devices = Files.createDirectory(work.resolve("cdi"));
        Files.writeString(devices.resolve("acme.yaml"), """
                {cdiVersion: "0.7.0", kind: acme.example/gpu,
                 devices: [{name: "0", containerEdits: {env: ["ACME=yes"]}}]}
                """);
        add(RUNTIME, "cdi_spec_dirs", "[\"" + devices + "\"]");
        assertEquals("yes\n", exec(cri.createAndStart(pod, config, withDevice), "echo $ACME"));

        var rdt = Files.writeString(work.resolve("rdt.yaml"), "partitions: {}\n");
        add(RUNTIME, "rdt_config_file", "\"" + rdt + "\"");
        add(RUNTIME, "apparmor_profile", "\"unconfined\"");
        cri.createAndStart(pod, config, sleeper("last"));
        end();
    }

    @Test
    void handlersComeAndGoAndWhatTheyHaveStartedIsTheirs() throws Exception {
        var inSecond = cri.pod("second");
        var request = RunPodSandboxRequest.newBuilder()
                .setConfig(inSecond)
                .setRuntimeHandler("second")
                .build();
        refused("no runtime handler \"second\"", () -> stage.daemon().runtime().runPodSandbox(request));
        var second = """
                [crio.runtime.runtimes.second]
                runtime_path = "%s"
                runtime_root = "%s"
                """.formatted(stage.host().runtimeProgram(), work.resolve("second"));
        change("crio.runtime.runtimes.<name>", IMAGE, second + IMAGE);
        var id = stage.daemon().runtime().runPodSandbox(request).getPodSandboxId();
        var container = cri.createAndStart(id, inSecond, sleeper("main"));
        assertTrue(Files.exists(work.resolve("second").resolve(container)));

        change("crio.runtime.default_runtime", "default_runtime = \"runc\"", "default_runtime = \"second\"");
        var byDefault = cri.pod("default");
        var other = cri.run(byDefault);
        var inOther = cri.createAndStart(other, byDefault, sleeper("main"));
        assertTrue(Files.exists(work.resolve("second").resolve(inOther)));

        Files.writeString(
                stage.host().configuration(),
                Files.readString(stage.host().configuration())
                        .replace("default_runtime = \"second\"", "default_runtime = \"runc\"")
                        .replace(second, ""));
        reload("crio.runtime.default_runtime, crio.runtime.runtimes.<name>");
        refused("no runtime handler \"second\"", () -> stage.daemon().runtime().runPodSandbox(request));
        assertEquals("here\n", exec(container, "echo here"));
        cri.stop(container, 0);
        assertEquals(137, cri.status(container).getExitCode());
        cri.removePod(id);
        cri.removePod(other);
        end();
    }

    @Test
    void imagesAndTheirRegistriesAreThoseOfTheNextRequests() throws Exception {
        add(IMAGE, "pinned_images", "[\"" + stage.busybox() + "\"]");
        assertTrue(images().stream().allMatch(Image::getPinned));

        var other = stage.registry().pushBusybox("pause:other");
        change(
                "crio.image.pause_image",
                "pause_image = \"" + stage.busybox() + "\"",
                "pause_image = \"" + other + "\"");
        add(IMAGE, "pause_command", "\"/bin/sleep 4321\"");
        add(IMAGE, "pause_image_auth_file", "\"" + Files.writeString(work.resolve("auth.json"), "{}") + "\"");
        var sharing = Cri.sharingProcesses(cri.pod("sharing"));
        var shared = cri.run(sharing);
        var member = cri.createAndStart(shared, sharing, sleeper("main"));
        assertEquals("/bin/sleep 4321 \n", exec(member, "tr '\\0' ' ' </proc/1/cmdline; echo"));
        assertTrue(images().stream().anyMatch(image -> image.getRepoTagsList().contains(other)));
        cri.removePod(shared);

        var registries = stage.host().registries();
        Files.writeString(
                registries, "[[registry]]\nlocation = \"" + stage.registry().address() + "\"\nblocked = true\n");
        reload("registries.conf");
        refused("registries.conf blocks", () -> cri.pull(other));
        Files.writeString(registries, "");
        reload("registries.conf");
        end();
    }

    @Test
    void theLogIsWhatTheLastReloadAskedFor() throws Exception {
        assertTrue(logged("level=debug"));
        change("crio.runtime.log_level", "log_level = \"debug\"", "log_level = \"info\"");
        var informed = TestDaemon.logOf(stage.host()).length();
        cri.removePod(cri.run(cri.pod("informed")));
        var since = TestDaemon.logOf(stage.host()).substring(informed);
        assertTrue(since.contains("level=info"), since);
        assertFalse(since.contains("level=debug"), since);
        load.end();

        Files.writeString(
                stage.host().configuration(),
                Files.readString(stage.host().configuration())
                        .replace(RUNTIME, RUNTIME + "log_filter = \"no line is like this\"\n"));
        Programs.output("kill", "-HUP", Long.toString(stage.daemon().pid()));
        Await.until("a silent log", () -> {
            var length = TestDaemon.logOf(stage.host()).length();
            cri.removePod(cri.run(cri.pod("silent")));
            return TestDaemon.logOf(stage.host()).length() == length;
        });
        end();
    }

    private List<Image> images() {
        return stage.daemon()
                .images()
                .listImages(ListImagesRequest.getDefaultInstance())
                .getImagesList();
    }

    private void end() throws Exception {
        load.end();
        assertEquals(List.of(), load.failures);
        assertEquals(ContainerState.CONTAINER_RUNNING, cri.status(standing).getState());
        assertEquals(0, cri.status(standing).getFinishedAt());
        assertFalse(logged("only a restart takes up"));
        cri.removePod(pod);
        stage.assertNothingIsLeft();
    }
}
