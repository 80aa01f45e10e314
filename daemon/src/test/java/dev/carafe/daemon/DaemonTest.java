package dev.carafe.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.carafe.api.v1.CarafeGrpc;
import dev.carafe.api.v1.LoadImagesRequest;
import dev.carafe.api.v1.SaveImagesRequest;
import dev.carafe.api.v1.WatchPullsRequest;
import dev.carafe.cri.v1.ContainerStatusRequest;
import dev.carafe.cri.v1.CriProto;
import dev.carafe.cri.v1.ImageServiceGrpc;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ImageStatusRequest;
import dev.carafe.cri.v1.PullImageRequest;
import dev.carafe.cri.v1.RuntimeServiceGrpc;
import dev.carafe.cri.v1.StatusRequest;
import dev.carafe.cri.v1.StopContainerRequest;
import dev.carafe.cri.v1.StopPodSandboxRequest;
import dev.carafe.cri.v1.StreamContainersRequest;
import dev.carafe.cri.v1.VersionRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The daemon as a process of its own, on folders of its own, without a pod.
@Tag("system")
@Timeout(60)
class DaemonTest {
    /// A daemon that was started where SIGHUP is ignored never tells of it.
    private static final Duration LOGGED_WITHIN = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> launcher = new ArrayList<>();
    private SocketClient client;
    private ManagedChannel channel;

    @BeforeEach
    void configure() throws IOException {
        Files.writeString(folder.resolve("crio.conf"), """
                [crio]
                root = "%1$s/root"
                runroot = "%1$s/run"
                log_dir = "%1$s/logs"
                version_file = "%1$s/version"
                clean_shutdown_file = "%1$s/clean.shutdown"
                [crio.api]
                listen = "%1$s/s"
                [crio.nri]
                nri_listen = "%1$s/n"
                [crio.runtime]
                default_runtime = "runc"
                cgroup_manager = "cgroupfs"
                container_exits_dir = "%1$s/exits"
                container_attach_socket_dir = "%1$s/attach"
                namespaces_dir = "%1$s/namespaces"
                [crio.runtime.runtimes.runc]
                runtime_root = "%1$s/runc"
                [crio.image]
                signature_policy = "%1$s/policy.json"
                [crio.network]
                network_dir = "%1$s/net.d"
                plugin_dirs = ["/usr/lib/cni"]
                """.formatted(folder));
        Files.writeString(folder.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
        client = SocketClient.of(folder.resolve("s"));
        channel = client.channel();
    }

    @AfterEach
    void end() throws InterruptedException {
        client.close();
        for (var process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process launch(String... more) throws IOException {
        var command = new ArrayList<>(launcher);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + folder, // what it writes for a person goes with the test
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--config",
                folder.resolve("crio.conf").toString(),
                "--config-dir",
                folder.resolve("none").toString(),
                "--registries-conf",
                "/dev/null",
                "--registries-conf-dir",
                folder.resolve("none").toString()));
        command.addAll(List.of(more));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(started.size()).toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        started.add(process);
        return process;
    }

    private Path log(int number) {
        return folder.resolve("log" + number);
    }

    private String log() throws IOException {
        return Files.readString(log(started.size() - 1));
    }

    private Process start() throws IOException {
        var process = launch();
        while (!answers()) {
            if (!process.isAlive()) {
                throw new AssertionError("the daemon ended: " + log());
            }
        }
        return process;
    }

    private boolean answers() {
        try {
            var _ = RuntimeServiceGrpc.newBlockingStub(channel)
                    .withWaitForReady()
                    .withDeadlineAfter(100, TimeUnit.MILLISECONDS)
                    .version(VersionRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException notYet) {
            channel.resetConnectBackoff();
            return false;
        }
    }

    private static int codeOf(Process process) throws InterruptedException {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it has to end by itself");
        return process.exitValue();
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertEquals(0, kill.waitFor());
    }

    @Test
    void eachCallIsAnsweredOrSaysThatItIsNotBuilt() throws IOException {
        var _ = start();
        var unbuilt = new TreeSet<String>();
        for (var service : CriProto.getDescriptor().getServices()) {
            for (var method : service.getMethods()) {
                var status = call(method);
                if (status.getCode() == Status.Code.UNIMPLEMENTED) {
                    assertTrue(
                            String.valueOf(status.getDescription())
                                    .contains(service.getName() + "/" + method.getName()),
                            status::toString);
                    unbuilt.add(method.getName());
                } else {
                    assertFalse(
                            Set.of(Status.Code.INTERNAL, Status.Code.UNAVAILABLE)
                                    .contains(status.getCode()),
                            () -> method.getName() + ": " + status);
                }
            }
        }
        assertEquals(CoverageTable.calls("UNIMPLEMENTED"), unbuilt, "docs/cri-coverage.md");
        assertFalse(log().contains("level=error"), log());
    }

    /// With an empty request.
    private Status call(MethodDescriptor method) {
        var descriptor = io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                .setType(
                        method.isServerStreaming()
                                ? io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING
                                : io.grpc.MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(io.grpc.MethodDescriptor.generateFullMethodName(
                        method.getService().getFullName(), method.getName()))
                .setRequestMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
                .setResponseMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
                .build();
        try {
            ClientCalls.blockingServerStreamingCall(
                            channel,
                            descriptor,
                            CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                            DynamicMessage.getDefaultInstance(method.getInputType()))
                    .forEachRemaining(answer -> {});
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    @Test
    void whatTheKubeletReadsFirstIsThere() throws IOException {
        var _ = start();
        var runtime = RuntimeServiceGrpc.newBlockingStub(channel);
        var version = runtime.version(VersionRequest.getDefaultInstance());
        assertEquals("0.1.0", version.getVersion());
        assertEquals("carafe", version.getRuntimeName());
        assertEquals("v1", version.getRuntimeApiVersion());
        assertEquals(Build.read().version(), version.getRuntimeVersion());
        var status = runtime.status(StatusRequest.newBuilder().setVerbose(true).build());
        assertEquals(
                List.of("RuntimeReady true", "NetworkReady false"),
                status.getStatus().getConditionsList().stream()
                        .map(c -> c.getType() + " " + c.getStatus())
                        .toList());
        assertTrue(status.getInfoOrThrow("config").contains(folder + "/root"), status::toString);
        assertFalse(runtime.streamContainers(StreamContainersRequest.getDefaultInstance())
                .hasNext());
    }

    @Test
    void itsOwnStateIsShownOnAPortOfTheHostItself() throws IOException {
        environment.putAll(Map.of("CONTAINER_PROFILE", "true", "CONTAINER_PROFILE_PORT", "0"));
        var _ = start();
        var said = Pattern.compile("diagnosis are served on 127\\.0\\.0\\.1 port (\\d+)")
                .matcher(log());
        assertTrue(said.find(), log());
        var address = "http://127.0.0.1:" + said.group(1);
        try (var heap = URI.create(address + "/debug/heap").toURL().openStream()) {
            assertTrue(new String(heap.readAllBytes(), StandardCharsets.UTF_8).contains("java.lang.String"));
        }
        try (var threads = URI.create(address + "/debug/goroutines").toURL().openStream()) {
            assertTrue(new String(threads.readAllBytes(), StandardCharsets.UTF_8).contains("main"));
        }
        for (var page : List.of("/config", "/info", "/pause/0")) {
            assertThrows(
                    FileNotFoundException.class,
                    () -> URI.create(address + page).toURL().openStream().close());
        }
    }

    @Test
    void whatIsNotThereIsNotFoundOrFine() throws IOException {
        var _ = start();
        var runtime = RuntimeServiceGrpc.newBlockingStub(channel);
        var missing = assertThrows(
                StatusRuntimeException.class,
                () -> runtime.containerStatus(
                        ContainerStatusRequest.newBuilder().setContainerId("ff").build()));
        assertEquals(Status.Code.NOT_FOUND, missing.getStatus().getCode());
        var _ = runtime.stopContainer(
                StopContainerRequest.newBuilder().setContainerId("ff").build());
        var _ = runtime.stopPodSandbox(
                StopPodSandboxRequest.newBuilder().setPodSandboxId("ff").build());
        var images = ImageServiceGrpc.newBlockingStub(channel);
        var spec = ImageSpec.newBuilder().setImage("localhost:1/nothing");
        assertFalse(images.imageStatus(
                        ImageStatusRequest.newBuilder().setImage(spec).build())
                .hasImage());
        var pull = assertThrows(
                StatusRuntimeException.class,
                () -> images.pullImage(
                        PullImageRequest.newBuilder().setImage(spec).build()));
        assertEquals(Status.Code.UNKNOWN, pull.getStatus().getCode());
        assertTrue(
                String.valueOf(pull.getStatus().getDescription()).startsWith("RegistryUnavailable: "), pull::toString);
    }

    @Test
    void imagesAreLoadedFromAFolderOfItsHost() throws IOException {
        var _ = start();
        var carafe = CarafeGrpc.newBlockingStub(channel);
        var request = LoadImagesRequest.newBuilder()
                .setPath(DirectoryImage.write(folder.resolve("image")).toString())
                .setName("registry.example/app:1")
                .build();
        var loaded = carafe.loadImages(request).getImages(0);
        assertEquals(List.of("registry.example/app:1"), loaded.getNamesList());
        var status = ImageServiceGrpc.newBlockingStub(channel)
                .imageStatus(ImageStatusRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage("registry.example/app:1"))
                        .build());
        assertEquals(loaded.getId(), status.getImage().getId());
        var relative = assertThrows(
                StatusRuntimeException.class,
                () -> carafe.loadImages(request.toBuilder().setPath("image").build()));
        assertEquals(Status.Code.INVALID_ARGUMENT, relative.getStatus().getCode());
        Files.writeString(folder.resolve("policy.json"), "{\"default\":[{\"type\":\"reject\"}]}");
        var refused = assertThrows(StatusRuntimeException.class, () -> carafe.loadImages(request));
        assertTrue(
                String.valueOf(refused.getStatus().getDescription()).startsWith("SignatureValidationFailed: "),
                refused::toString);
    }

    @Test
    void imagesAreSavedIntoAFileOfItsHost() throws IOException {
        var _ = start();
        var carafe = CarafeGrpc.newBlockingStub(channel);
        var id = carafe.loadImages(LoadImagesRequest.newBuilder()
                        .setPath(DirectoryImage.write(folder.resolve("image")).toString())
                        .setName("registry.example/app:1")
                        .build())
                .getImages(0)
                .getId();
        var archive = folder.resolve("saved.tar").toString();
        var request = SaveImagesRequest.newBuilder()
                .addImages("registry.example/app:1")
                .setPath(archive)
                .build();
        var saved = carafe.saveImages(request).getImages(0);
        assertEquals(id, saved.getId());
        assertEquals(List.of("registry.example/app:1"), saved.getNamesList());
        var loaded = carafe.loadImages(
                LoadImagesRequest.newBuilder().setPath(archive).build());
        assertEquals(id, loaded.getImages(0).getId());
        var again = assertThrows(StatusRuntimeException.class, () -> carafe.saveImages(request));
        assertEquals(Status.Code.INVALID_ARGUMENT, again.getStatus().getCode());
        var missing = assertThrows(
                StatusRuntimeException.class,
                () -> carafe.saveImages(
                        request.toBuilder().addImages("no/such:image").build()));
        assertEquals(Status.Code.NOT_FOUND, missing.getStatus().getCode());
    }

    @Test
    void sigtermEndsItWithZeroThoughSomebodyWatchesAndTheSocketGoes() throws Exception {
        var process = start();
        assertEquals(
                "srw-rw----",
                new String(
                                new ProcessBuilder(
                                                "stat",
                                                "-c",
                                                "%A",
                                                folder.resolve("s").toString())
                                        .start()
                                        .getInputStream()
                                        .readAllBytes(),
                                StandardCharsets.UTF_8)
                        .strip());
        var watch = CarafeGrpc.newBlockingStub(channel).watchPulls(WatchPullsRequest.getDefaultInstance());
        assertEquals(0, watch.next().getPullsCount());
        signal(process, "TERM");
        while (watch.hasNext()) {
            assertEquals(0, watch.next().getPullsCount());
        }
        assertEquals(0, codeOf(process));
        assertFalse(Files.exists(folder.resolve("s")));
        assertFalse(log().contains("level=error"), log());
    }

    @Test
    void sighupDoesNotEndIt() throws Exception {
        var process = start();
        signal(process, "HUP");
        signal(process, "USR1");
        awaitLog(process, "SIGHUP: nothing to take up has changed");
        awaitLog(process, "SIGUSR1: what the threads do is in ");
        while (!answers()) { // each attempt has little time on a busy machine
            assertTrue(process.isAlive());
        }
        signal(process, "TERM");
        assertEquals(0, codeOf(process));
    }

    /// As nohup(1) starts it.
    @Test
    void sighupIsHeardAlsoWhereItWasIgnored() throws Exception {
        launcher.addAll(List.of("env", "--ignore-signal=HUP"));
        var process = start();
        signal(process, "HUP");
        awaitLog(process, "SIGHUP: nothing to take up has changed");
    }

    @Test
    void sighupTakesUpWhatCanChangeAndNamesWhatCannot() throws Exception {
        var process = start();
        reload(process, "[crio.image]\n", "[crio.image]\npinned_images = [\"a/*\"]\n");
        awaitLog(process, "SIGHUP: taken up: crio.image.pinned_images\"");
        reload(process, "[crio.runtime]\n", "[crio.runtime]\nlog_level = \"debug\"\npids_limit = 99\n");
        awaitLog(process, "taken up: crio.runtime.log_level; only a restart takes up: crio.runtime.pids_limit");
        reload(process, "\"runc\"", "\"nobody\"");
        awaitLog(process, "SIGHUP changes nothing, the configuration is wrong: ");
        reload(process, "\"nobody\"", "\"runc\"");
        awaitLog(process, "SIGHUP: nothing to take up has changed; only a restart takes up: crio.runtime.pids_limit");
        signal(process, "TERM");
        assertEquals(0, codeOf(process));
    }

    @Test
    void theServiceManagerIsToldOfEachStageAndThatAllIsWell() throws Exception {
        var told = folder.resolve("told");
        var socket = folder.resolve("notify");
        started.add(new ProcessBuilder("socat", "-u", "UNIX-RECV:" + socket, "CREATE:" + told).start());
        while (!Files.exists(socket)) {
            assertTrue(started.getFirst().isAlive());
        }
        environment.put("NOTIFY_SOCKET", socket.toString());
        environment.put("WATCHDOG_USEC", "2000000");
        var process = start();
        while (!Files.readString(told).startsWith("READY=1WATCHDOG=1WATCHDOG=1")) {
            assertTrue(process.isAlive());
        }
        signal(process, "TERM");
        assertEquals(0, codeOf(process));
        while (!Files.readString(told).endsWith("STOPPING=1")) {
            assertTrue(started.getFirst().isAlive());
        }
    }

    @Test
    void theLogIsAddedToTheFileOfTheFlag() throws Exception {
        var file = Files.writeString(folder.resolve("carafe.log"), "before\n");
        var process = launch("--log", file.toString());
        while (!Files.readString(file).contains(" answers on ")) {
            assertTrue(process.isAlive());
        }
        signal(process, "TERM");
        assertEquals(0, codeOf(process));
        assertTrue(Files.readString(file).startsWith("before\ntime="));
        assertTrue(Files.readString(file).endsWith("containers go on\"\n"));
        assertEquals("", log());
        assertEquals(1, codeOf(launch("--log", folder.toString())));
        assertTrue(log().contains("level=fatal msg=\"can't start: "), log());
    }

    @Test
    void filesThatHaveChangedAreTakenUpWithoutASignal() throws Exception {
        var process = start();
        var file = folder.resolve("crio.conf");
        var whole = Files.readString(file);
        Files.writeString(file, whole.replace("[crio.image]\n", "[crio.image]\npinned_images = [\"a/*\"]\n"));
        awaitLog(process, "the new configuration: taken up: crio.image.pinned_images\"");
        Files.writeString(file, "[crio.image\n");
        awaitLog(process, "the new configuration changes nothing, the configuration is wrong: ");
        Files.writeString(file, whole);
        awaitLog(process, "the new configuration: taken up: crio.image.pinned_images\"");
        signal(process, "TERM");
        assertEquals(0, codeOf(process));
        assertEquals(
                1,
                log().lines()
                        .filter(line -> line.contains("the configuration is wrong"))
                        .count(),
                log());
    }

    private void reload(Process process, String text, String other) throws IOException, InterruptedException {
        var file = folder.resolve("crio.conf");
        Files.writeString(file, Files.readString(file).replace(text, other));
        signal(process, "HUP");
    }

    private void awaitLog(Process process, String text) throws IOException {
        var deadline = System.nanoTime() + LOGGED_WITHIN.toNanos();
        while (!log().contains(text)) {
            assertTrue(process.isAlive());
            assertTrue(System.nanoTime() < deadline, () -> "waited in vain for: " + text);
        }
    }

    @Test
    void aSecondDaemonIsRefusedAndTheFirstGoesOn() throws Exception {
        var _ = start();
        assertEquals(1, codeOf(launch()));
        assertTrue(log().contains("level=fatal msg=\"can't start: another daemon is listening on " + folder), log());
        assertEquals(1, codeOf(launch("--listen", folder.resolve("other").toString())));
        assertTrue(log().contains("level=fatal msg=\"can't start: another daemon (process "), log());
        assertFalse(log().contains("stack="), log());
        assertFalse(Files.exists(folder.resolve("other")));
        assertTrue(answers());
    }

    @Test
    void theNextDaemonStartsAfterAKill() throws Exception {
        var process = start();
        process.destroyForcibly().waitFor();
        assertTrue(Files.exists(folder.resolve("s")));
        var _ = start();
        assertTrue(answers());
    }

    @Test
    void aStartThatFailsIsOneClearLine() throws Exception {
        Files.writeString(folder.resolve("s"), "no socket");
        assertEquals(1, codeOf(launch()));
        var fatal = log().lines().filter(line -> line.contains("level=fatal")).toList();
        assertEquals(1, fatal.size(), log());
        assertTrue(fatal.getFirst().contains("is in the way of the socket"), log());
        assertEquals("no socket", Files.readString(folder.resolve("s")));
    }
}
