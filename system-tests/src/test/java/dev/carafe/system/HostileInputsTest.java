package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.carafe.cri.v1.CreateContainerRequest;
import dev.carafe.cri.v1.CreateContainerResponse;
import dev.carafe.cri.v1.CriProto;
import dev.carafe.cri.v1.ExecSyncRequest;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.PullImageRequest;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.RunPodSandboxRequest;
import dev.carafe.cri.v1.RunPodSandboxResponse;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Each string that a client can send, with what it should not hold, in requests that are right otherwise. Nothing of
/// it
/// is a bug's answer, forges a line of the log, or makes a file elsewhere.
@Tag("system")
class HostileInputsTest {
    private static final Path ELSEWHERE = Path.of("/tmp/carafe-hostile");

    private static final List<String> VALUES = List.of(
            "../../../../../../../.." + ELSEWHERE,
            "a\ntime=\"2020-01-01T00:00:00Z\" level=fatal msg=\"forged\"",
            "a\0b",
            "x".repeat(1 << 20));

    /// Of messages in messages; none of the CRI's goes deeper.
    private static final int MAX_DEPTH = 8;

    private static final int SHOWN = 60;

    @Test
    void noStringOfAnyCallBreaksTheDaemonOrLeavesItsPlace() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("target");
            var pod = cri.run(config);
            var target = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));
            var bases = bases(stage, pod, target);
            var wrong = new ArrayList<String>();
            var asked = 0;
            for (var service : CriProto.getDescriptor().getServices()) {
                for (var method : service.getMethods()) {
                    asked += ask(stage, method, bases, wrong);
                }
            }
            assertEquals(List.of(), wrong);
            assertTrue(asked > 300, () -> "it has to try them all");
            assertFalse(Files.exists(ELSEWHERE));
            assertTrue(Files.isDirectory(
                    Path.of("/proc", Long.toString(stage.daemon().pid()))));
            cri.removePod(pod);
            try (var log = Files.lines(stage.host().daemonLog())) {
                log.forEach(line -> assertFalse(line.startsWith("time=\"2020-"), line));
            }
            stage.assertNothingIsLeft();
        }
    }

    /// Requests that would be answered, by their types.
    private static Map<String, Message> bases(Stage stage, String pod, String container) {
        var other = stage.cri().pod("other");
        return Map.of(
                "RunPodSandboxRequest",
                        RunPodSandboxRequest.newBuilder().setConfig(other).build(),
                "CreateContainerRequest",
                        CreateContainerRequest.newBuilder()
                                .setPodSandboxId(pod)
                                .setConfig(Cri.container("other", stage.busybox(), "true"))
                                .setSandboxConfig(stage.cri().pod("target"))
                                .build(),
                "ExecSyncRequest",
                        ExecSyncRequest.newBuilder()
                                .setContainerId(container)
                                .addCmd("true")
                                .setTimeout(20)
                                .build(),
                "PullImageRequest",
                        PullImageRequest.newBuilder()
                                .setImage(ImageSpec.newBuilder().setImage(stage.busybox()))
                                .build());
    }

    private static int ask(Stage stage, MethodDescriptor method, Map<String, Message> bases, List<String> wrong)
            throws InvalidProtocolBufferException {
        var type = method.getInputType();
        var base = DynamicMessage.newBuilder(type);
        var known = bases.get(type.getName());
        if (known != null) {
            base.mergeFrom(known.toByteArray());
        }
        var paths = new ArrayList<List<FieldDescriptor>>();
        collect(type, List.of(), paths);
        var asked = 0;
        for (var i = 0; i < paths.size(); i++) {
            // Each path meets two of them, and each of them half of the paths.
            for (var value : List.of(VALUES.get(i % VALUES.size()), VALUES.get((i + 1) % VALUES.size()))) {
                var request = with(base.clone(), paths.get(i), 0, value).build();
                var answer = stage.daemon().call(method, request);
                if (answer.status().getCode() == Status.Code.INTERNAL
                        || answer.status().getCode() == Status.Code.UNAVAILABLE) {
                    wrong.add(method.getName() + " " + name(paths.get(i)) + " = "
                            + value.substring(0, Math.min(SHOWN, value.length())) + ": " + answer.status());
                }
                takeBack(stage, method, answer);
                asked++;
            }
        }
        return asked;
    }

    private static String name(List<FieldDescriptor> path) {
        return String.join(".", path.stream().map(FieldDescriptor::getName).toList());
    }

    /// All ways to a string; Windows' are refused as a whole.
    private static void collect(Descriptor type, List<FieldDescriptor> way, List<List<FieldDescriptor>> paths) {
        if (way.size() > MAX_DEPTH || type.getName().startsWith("Windows")) {
            return;
        }
        for (var field : type.getFields()) {
            var further = new ArrayList<>(way);
            further.add(field);
            if (field.getJavaType() == FieldDescriptor.JavaType.STRING) {
                paths.add(List.copyOf(further));
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                collect(field.getMessageType(), further, paths);
            }
        }
    }

    private static Message.Builder with(Message.Builder into, List<FieldDescriptor> path, int at, String value) {
        var field = path.get(at);
        if (at == path.size() - 1) {
            return field.isRepeated() ? into.addRepeatedField(field, value) : into.setField(field, value);
        }
        if (field.isRepeated()) {
            return into.addRepeatedField(
                    field,
                    with(into.newBuilderForField(field), path, at + 1, value).build());
        }
        var inner = ((Message) into.getField(field)).toBuilder();
        return into.setField(field, with(inner, path, at + 1, value).build());
    }

    /// What was made all the same.
    private static void takeBack(Stage stage, MethodDescriptor method, TestDaemon.Answer answer)
            throws InvalidProtocolBufferException {
        if (answer.message().isEmpty()) {
            return;
        }
        var bytes = answer.message().get().toByteArray();
        switch (method.getName()) {
            case "RunPodSandbox" ->
                stage.cri().removePod(RunPodSandboxResponse.parseFrom(bytes).getPodSandboxId());
            case "CreateContainer" ->
                stage.daemon()
                        .runtime()
                        .removeContainer(RemoveContainerRequest.newBuilder()
                                .setContainerId(
                                        CreateContainerResponse.parseFrom(bytes).getContainerId())
                                .build());
            default -> {}
        }
    }
}
