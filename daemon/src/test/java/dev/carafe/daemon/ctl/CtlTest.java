package dev.carafe.daemon.ctl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.carafe.api.v1.LoadImagesRequest;
import dev.carafe.api.v1.SaveForm;
import dev.carafe.api.v1.SaveImagesRequest;
import dev.carafe.cri.v1.Container;
import dev.carafe.cri.v1.ContainerMetadata;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ExecSyncRequest;
import dev.carafe.cri.v1.Image;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.PodSandboxMetadata;
import dev.carafe.cri.v1.PodSandboxState;
import dev.carafe.cri.v1.PullImageRequest;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.RemovePodSandboxRequest;
import dev.carafe.cri.v1.StopContainerRequest;
import dev.carafe.cri.v1.StopPodSandboxRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/// The whole command line, against a runtime behind a real socket.
class CtlTest {
    @TempDir
    private Path folder;

    private FakeRuntime runtime;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void start() throws IOException {
        runtime = new FakeRuntime(folder.resolve("s"));
    }

    @AfterEach
    void stop() {
        runtime.close();
    }

    private int ctl(String... words) {
        var arguments = new ArrayList<>(List.of("--runtime-endpoint", "unix://" + folder.resolve("s")));
        arguments.addAll(List.of(words));
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return Ctl.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private <T> T asked(Class<T> type) {
        return runtime.asked.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    private static PodSandbox pod(String id, String namespace, String name) {
        return PodSandbox.newBuilder()
                .setId(id)
                .setMetadata(PodSandboxMetadata.newBuilder().setName(name).setNamespace(namespace))
                .build();
    }

    private static Container container(String id, String podId, String name, ContainerState state) {
        return Container.newBuilder()
                .setId(id)
                .setPodSandboxId(podId)
                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                .setState(state)
                .build();
    }

    @Test
    void podsAreListedWithShortIdsInATable() {
        runtime.pods.add(pod("0123456789abcdef", "ns", "web"));
        assertEquals(0, ctl("pods"));
        var lines = out().lines().map(CtlTest::narrow).toList();
        assertEquals("POD ID CREATED STATE NAME NAMESPACE ATTEMPT RUNTIME", lines.get(0));
        assertTrue(lines.get(1).startsWith("0123456789abc "), out());
        assertTrue(lines.get(1).endsWith(" ago Ready web ns 0 (default)"), out());
    }

    @Test
    void podsAreFilteredByTheServerWhereItCanAndHereWhereItCant() {
        runtime.pods.addAll(List.of(pod("1", "a", "web-1"), pod("2", "b", "web-2"), pod("3", "a", "db")));
        assertEquals(
                0,
                ctl("pods", "-q", "--name", "web", "--namespace", "a", "-s", "Ready", "--id", "1", "--label", "k=v"));
        assertEquals("1\n", out());
        var filter = asked(ListPodSandboxRequest.class).getFilter();
        assertEquals(PodSandboxState.SANDBOX_READY, filter.getState().getState());
        assertEquals("1", filter.getId());
        assertEquals(Map.of("k", "v"), filter.getLabelSelectorMap());
    }

    @Test
    void containersAreTheRunningOnesUnlessAllAreAskedFor() {
        runtime.pods.add(pod("p", "ns", "web"));
        runtime.containers.add(container("c", "p", "main", ContainerState.CONTAINER_RUNNING));
        assertEquals(0, ctl("ps"));
        assertEquals(
                ContainerState.CONTAINER_RUNNING,
                asked(ListContainersRequest.class).getFilter().getState().getState());
        assertTrue(out().contains("Running   main   0         p        web   ns"), out());
        runtime.asked.clear();
        assertEquals(0, ctl("ps", "-a", "-q", "--pod", "p"));
        var filter = asked(ListContainersRequest.class).getFilter();
        assertFalse(filter.hasState());
        assertEquals("p", filter.getPodSandboxId());
        runtime.asked.clear();
        assertEquals(0, ctl("ps", "-s", "exited"));
        assertEquals(
                ContainerState.CONTAINER_EXITED,
                asked(ListContainersRequest.class).getFilter().getState().getState());
    }

    @Test
    void imagesHaveALineForEachTagAndOneForThoseWithout() {
        runtime.images.add(Image.newBuilder()
                .setId("sha256:0123456789abcdef")
                .addRepoTags("a.io:5000/b/c:1")
                .addRepoTags("a.io:5000/b/c:latest")
                .setSize(2_500_000)
                .build());
        runtime.images.add(Image.newBuilder()
                .setId("sha256:fedcba9876543210")
                .addRepoDigests("a.io/d@sha256:00")
                .setSize(10)
                .build());
        assertEquals(0, ctl("images"));
        assertEquals(
                List.of(
                        "IMAGE TAG IMAGE ID SIZE",
                        "a.io:5000/b/c 1 0123456789abc 2.50MB",
                        "a.io:5000/b/c latest 0123456789abc 2.50MB",
                        "a.io/d <none> fedcba9876543 10B"),
                out().lines().map(CtlTest::narrow).toList());
    }

    private static String narrow(String line) {
        return line.replaceAll(" +", " ");
    }

    @Test
    void aVerboseStatusShowsTheRuntimesOwnWordsInPlace() {
        runtime.pods.add(pod("p", "ns", "web"));
        assertEquals(0, ctl("-o", "json", "inspectp", "p"));
        var all = JsonParser.parseString(out()).getAsJsonObject();
        var info = all.getAsJsonObject("info");
        assertEquals(9007199254740993L, info.get("pid").getAsLong());
        assertEquals("plain words", info.get("note").getAsString());
        assertEquals("p", all.getAsJsonObject("status").get("id").getAsString());
    }

    @Test
    void yamlSaysTheSameAsJsonAndTheOptionMayFollowTheVerb() {
        runtime.pods.add(pod("p", "ns", "web"));
        assertEquals(0, ctl("inspectp", "-o", "yaml", "p"));
        var all = assertInstanceOf(Map.class, new Yaml().load(out()));
        var info = assertInstanceOf(Map.class, all.get("info"));
        assertEquals(9007199254740993L, info.get("pid"));
        assertEquals(0.5, info.get("ratio"));
        assertEquals("p", assertInstanceOf(Map.class, all.get("status")).get("id"));
    }

    @Test
    void execGivesBothStreamsAsTheyAreAndTheCodeAsItsOwn() {
        assertEquals(42, ctl("exec", "--timeout", "5", "c", "ls", "-l", "--timeout", "7", "-o", "x"));
        assertArrayEquals(new byte[] {'o', (byte) 0xff, '\n'}, out.toByteArray());
        assertEquals("e\n", err());
        var request = asked(ExecSyncRequest.class);
        assertEquals("c", request.getContainerId());
        assertEquals(List.of("ls", "-l", "--timeout", "7", "-o", "x"), request.getCmdList());
        assertEquals(5, request.getTimeout());
    }

    @Test
    void aRunningContainerIsRemovedOnlyWhenThatIsMeant() {
        runtime.containers.add(container("c", "p", "main", ContainerState.CONTAINER_RUNNING));
        assertEquals(1, ctl("rm", "c"));
        assertTrue(err().contains("--force"), err());
        assertEquals(0, ctl("rm", "--force", "c"));
        assertEquals("c", asked(RemoveContainerRequest.class).getContainerId());
    }

    @Test
    void stopSaysHowLongItMayTake() {
        assertEquals(0, ctl("stop", "--timeout", "9", "c"));
        assertEquals(9, asked(StopContainerRequest.class).getTimeout());
        assertEquals("c\n", out());
    }

    @Test
    void removingAllPodsByForceStopsEachBefore() {
        runtime.pods.addAll(List.of(pod("1", "a", "x"), pod("2", "a", "y")));
        assertEquals(0, ctl("rmp", "-a", "-f"));
        assertEquals(
                List.of(StopPodSandboxRequest.class, RemovePodSandboxRequest.class),
                runtime.asked.subList(1, 3).stream().map(Object::getClass).toList());
        assertEquals("Removed sandbox 1\nRemoved sandbox 2\n", out());
        assertEquals(1, ctl("rmp"));
        assertTrue(err().contains("or say --all"), err());
    }

    @Test
    void aPullHandsOverTheCredentials() {
        assertEquals(0, ctl("pull", "--creds", "me:pass:word", "a.io/b"));
        var auth = asked(PullImageRequest.class).getAuth();
        assertEquals("me", auth.getUsername());
        assertEquals("pass:word", auth.getPassword());
        assertEquals("Image is up to date for sha256:abc\n", out());
        assertEquals("", err(), "no progress where there is no terminal");
    }

    @Test
    void theVersionIsShown() {
        assertEquals(0, ctl("version"));
        assertEquals("Version:  0.1.0\nRuntimeName:  fake\nRuntimeVersion:  7.8.9\nRuntimeApiVersion:  v1\n", out());
    }

    @Test
    void aFailedCallIsOneLineWithItsCodeAndCantSteerTheTerminal() {
        assertEquals(1, ctl("inspectp", "p"));
        assertEquals("carafe ctl: NOT_FOUND: no pod ?[31mp\n", err());
    }

    @Test
    void aWrongCommandLineIsTwo() {
        assertEquals(2, ctl("inspectp"));
        assertEquals(2, ctl("no-such-verb"));
        assertEquals(2, ctl("pods", "--no-such-option"));
        assertEquals(2, ctl("exec", "c"));
        assertFalse(err().contains("\tat "), err());
        assertEquals(List.of(), runtime.asked);
    }

    @Test
    void aSocketThatIsNotThereIsSaid() {
        assertEquals(1, run("-r", "unix://" + folder.resolve("nothing"), "version"));
        assertTrue(err().startsWith("carafe ctl: there is no socket " + folder.resolve("nothing")), err());
        err.reset();
        assertEquals(1, run("-r", "tcp://localhost:1", "version"));
        assertEquals("carafe ctl: not a unix socket: tcp://localhost:1\n", err());
    }

    @Test
    void aSocketWhereNobodyListensIsSaid() {
        runtime.close();
        assertEquals(1, ctl("version"));
        assertTrue(err().contains("there is no socket") || err().contains("is a runtime listening"), err());
    }

    @Test
    void aFileThatIsMissingIsSaid() {
        assertEquals(1, ctl("runp", folder.resolve("pod.json").toString()));
        assertEquals("carafe ctl: NoSuchFileException: " + folder.resolve("pod.json") + "\n", err());
    }

    @Test
    void helpNamesEveryVerb() {
        assertEquals(0, ctl("--help"));
        for (var verb : List.of(
                "pull",
                "images",
                "inspecti",
                "rmi",
                "runp",
                "pods",
                "inspectp",
                "stopp",
                "rmp",
                "create",
                "start",
                "run",
                "ps",
                "inspect",
                "exec",
                "attach",
                "port-forward",
                "logs",
                "stop",
                "rm",
                "info",
                "version")) {
            assertTrue(out().lines().anyMatch(line -> line.strip().startsWith(verb)), verb);
        }
        out.reset();
        assertEquals(0, ctl("pods", "--help"));
        assertTrue(out().contains("--namespace"), out());
    }

    @Test
    void loadNamesTheWholePathAndShowsWhatCame() {
        assertEquals(0, ctl("load", "image.tar", "--name", "registry.example/app:1"), err::toString);
        var path = Path.of("image.tar").toAbsolutePath().toString();
        assertTrue(runtime.asked.contains(LoadImagesRequest.newBuilder()
                .setPath(path)
                .setName("registry.example/app:1")
                .build()));
        assertEquals(
                "Loaded: registry.example/app:1 as id1\nLoaded: an image without a name as id2\n",
                out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void saveNamesTheWholePathAndShowsWhatWasSaved() {
        assertEquals(0, ctl("save", "app:1", "id2", "--to", "image.tar"), err::toString);
        var request = SaveImagesRequest.newBuilder()
                .addAllImages(List.of("app:1", "id2"))
                .setPath(Path.of("image.tar").toAbsolutePath().toString());
        assertTrue(runtime.asked.contains(request.build()));
        assertEquals(
                "Saved: id1 registry.example/app:1\nSaved: id2 without a name\n", out.toString(StandardCharsets.UTF_8));
        assertEquals(0, ctl("save", "app:1", "id2", "--to", "image.tar", "--format", "oci"), err::toString);
        assertTrue(runtime.asked.contains(request.setForm(SaveForm.OCI).build()));
        assertNotEquals(0, ctl("save", "app:1"));
        assertNotEquals(0, ctl("save", "--to", "image.tar"));
        assertNotEquals(0, ctl("save", "app:1", "--to", "image.tar", "--format", "zip"));
    }
}
