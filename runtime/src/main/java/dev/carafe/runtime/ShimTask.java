package dev.carafe.runtime;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.carafe.api.shim.CloseIORequest;
import dev.carafe.api.shim.ConnectRequest;
import dev.carafe.api.shim.ConnectResponse;
import dev.carafe.api.shim.CreateTaskRequest;
import dev.carafe.api.shim.CreateTaskResponse;
import dev.carafe.api.shim.DeleteRequest;
import dev.carafe.api.shim.ExecProcessRequest;
import dev.carafe.api.shim.KillRequest;
import dev.carafe.api.shim.PauseRequest;
import dev.carafe.api.shim.ResizePtyRequest;
import dev.carafe.api.shim.ResumeRequest;
import dev.carafe.api.shim.RuntimeOptions;
import dev.carafe.api.shim.ShutdownRequest;
import dev.carafe.api.shim.StartRequest;
import dev.carafe.api.shim.StartResponse;
import dev.carafe.api.shim.StateRequest;
import dev.carafe.api.shim.StateResponse;
import dev.carafe.api.shim.UpdateTaskRequest;
import dev.carafe.api.shim.WaitRequest;
import dev.carafe.api.shim.WaitResponse;
import dev.carafe.linux.UnixSockets;
import dev.carafe.oci.RuntimeSpec;
import dev.carafe.ttrpc.CallException;
import dev.carafe.ttrpc.Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A container as its shim serves it (containerd.task.v2.Task), over a connection of its own. Errors carry the
/// shim's words, made fit for a message. In all methods an empty `process` stands for the container's first one.
/// Safe for all threads.
final class ShimTask implements AutoCloseable {
    private static final String SERVICE = "containerd.task.v2.Task";

    /// The types of what travels as JSON.
    private static final String SPEC_TYPES = "types.containerd.io/opencontainers/runtime-spec/1/";

    private static final String OPTIONS_TYPE = "runtimeoptions.v1.Options";

    private final Client client;
    private final String id;

    private ShimTask(Client client, String id) {
        this.client = client;
        this.id = id;
    }

    static ShimTask connect(String address, String id) throws IOException {
        return new ShimTask(new Client(UnixSockets.connect(Path.of(address)), SERVICE), id);
    }

    private ByteString call(String method, MessageLite request, Duration limit)
            throws IOException, InterruptedException {
        try {
            return client.call(method, request, limit);
        } catch (CallException e) {
            throw new Refused(e);
        } catch (IOException e) {
            throw new IOException("its shim: " + method + ": " + e.getMessage(), e);
        }
    }

    /// What the shim says that it can't do.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean unknown;

        Refused(CallException cause) {
            super(RuntimeWords.of(String.valueOf(cause.getMessage())), cause);
            unknown = cause.code() == CallException.NOT_FOUND;
        }

        /// It does not know the container, or the process.
        boolean isOfUnknown() {
            return unknown;
        }
    }

    boolean isClosed() {
        return client.isClosed();
    }

    /// The shim's process.
    int shimPid() throws IOException, InterruptedException {
        var request = ConnectRequest.newBuilder().setId(id).build();
        return ConnectResponse.parseFrom(call("Connect", request, OciRuntime.ANSWERS_WITHIN))
                .getShimPid();
    }

    /// The paths of FIFOs; empty ones: none.
    record Streams(boolean tty, String stdin, String stdout, String stderr) {}

    /// @param configuration the shim's own; the empty path: none
    /// @return the first process
    int create(Path bundle, Streams streams, Path configuration, Duration limit)
            throws IOException, InterruptedException {
        var request = CreateTaskRequest.newBuilder()
                .setId(id)
                .setBundle(bundle.toString())
                .setTerminal(streams.tty)
                .setStdin(streams.stdin)
                .setStdout(streams.stdout)
                .setStderr(streams.stderr);
        if (!configuration.toString().isEmpty()) {
            var options = RuntimeOptions.newBuilder().setConfigPath(configuration.toString());
            request.setOptions(Any.newBuilder()
                    .setTypeUrl(OPTIONS_TYPE)
                    .setValue(options.build().toByteString()));
        }
        return CreateTaskResponse.parseFrom(call("Create", request.build(), limit))
                .getPid();
    }

    /// @return the process, by the host's number where it is one of the host's
    int start(String process, Duration limit) throws IOException, InterruptedException {
        var request = StartRequest.newBuilder().setId(id).setExecId(process).build();
        return StartResponse.parseFrom(call("Start", request, limit)).getPid();
    }

    /// Empty when the shim does not know it.
    Optional<State> state(Duration limit) throws IOException, InterruptedException {
        try {
            var request = StateRequest.newBuilder().setId(id).build();
            var answer = StateResponse.parseFrom(call("State", request, limit));
            var status = switch (answer.getStatus()) {
                case CREATED -> State.Status.CREATED;
                case RUNNING -> State.Status.RUNNING;
                case STOPPED -> State.Status.STOPPED;
                case PAUSED -> State.Status.PAUSED;
                case PAUSING -> State.Status.PAUSING;
                case UNKNOWN, UNRECOGNIZED -> throw new IOException("the shim gives container " + id + " no status");
            };
            return Optional.of(new State(id, status, status == State.Status.STOPPED ? 0 : answer.getPid()));
        } catch (Refused e) {
            if (e.isOfUnknown()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// @param all the container's other processes too
    void kill(String process, int signal, boolean all, Duration limit) throws IOException, InterruptedException {
        var request = KillRequest.newBuilder()
                .setId(id)
                .setExecId(process)
                .setSignal(signal)
                .setAll(all)
                .build();
        call("Kill", request, limit);
    }

    /// Waits for a process's end.
    ///
    /// @param limit [Calls#NO_LIMIT] or a time
    /// @return empty when it was over first
    Optional<WaitResponse> await(String process, Duration limit) throws IOException, InterruptedException {
        var request = WaitRequest.newBuilder().setId(id).setExecId(process).build();
        try {
            var answer = client.ask("Wait", request, limit);
            return answer.isPresent() ? Optional.of(WaitResponse.parseFrom(answer.get())) : Optional.empty();
        } catch (CallException e) {
            if (e.code() == CallException.DEADLINE_EXCEEDED) {
                return Optional.empty();
            }
            throw new Refused(e);
        }
    }

    /// Lets the shim forget a process that has ended, the container with its first one. Idempotent.
    void delete(String process, Duration limit) throws IOException, InterruptedException {
        try {
            call(
                    "Delete",
                    DeleteRequest.newBuilder().setId(id).setExecId(process).build(),
                    limit);
        } catch (Refused e) {
            if (!e.isOfUnknown()) {
                throw e;
            }
        }
    }

    /// Prepares a further process, which [#start] starts.
    void exec(String process, RuntimeSpec.Process command, Streams streams, Duration limit)
            throws IOException, InterruptedException {
        var request = ExecProcessRequest.newBuilder()
                .setId(id)
                .setExecId(process)
                .setTerminal(streams.tty)
                .setStdin(streams.stdin)
                .setStdout(streams.stdout)
                .setStderr(streams.stderr)
                .setSpec(json("Process", command.toJson()))
                .build();
        call("Exec", request, limit);
    }

    private static Any json(String type, String text) {
        return Any.newBuilder()
                .setTypeUrl(SPEC_TYPES + type)
                .setValue(ByteString.copyFrom(text, StandardCharsets.UTF_8))
                .build();
    }

    void resize(String process, StreamPeer.WindowSize size) throws IOException, InterruptedException {
        var request = ResizePtyRequest.newBuilder()
                .setId(id)
                .setExecId(process)
                .setWidth(size.columns())
                .setHeight(size.rows())
                .build();
        call("ResizePty", request, OciRuntime.ANSWERS_WITHIN);
    }

    /// What was written to its standard input is all.
    void closeInput(String process) throws IOException, InterruptedException {
        var request = CloseIORequest.newBuilder()
                .setId(id)
                .setExecId(process)
                .setStdin(true)
                .build();
        call("CloseIO", request, OciRuntime.ANSWERS_WITHIN);
    }

    void pause() throws IOException, InterruptedException {
        call("Pause", PauseRequest.newBuilder().setId(id).build(), OciRuntime.ANSWERS_WITHIN);
    }

    void resume() throws IOException, InterruptedException {
        call("Resume", ResumeRequest.newBuilder().setId(id).build(), OciRuntime.ANSWERS_WITHIN);
    }

    void update(RuntimeSpec.Resources limits) throws IOException, InterruptedException {
        var request = UpdateTaskRequest.newBuilder()
                .setId(id)
                .setResources(json("LinuxResources", limits.toJson()))
                .build();
        call("Update", request, OciRuntime.ANSWERS_WITHIN);
    }

    /// Asks the shim to end, which one that has other containers does not.
    void shutdown(Duration limit) throws IOException, InterruptedException {
        try {
            call("Shutdown", ShutdownRequest.newBuilder().setId(id).build(), limit);
        } catch (Refused e) {
            throw e;
        } catch (IOException e) {
            if (!client.isClosed()) {
                throw e; // it may end before it has answered
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
