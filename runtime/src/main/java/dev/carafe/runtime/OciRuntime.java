package dev.carafe.runtime;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// Containers from bundles. Each method's errors carry the runtime's own words. Safe for all threads; one create,
/// start or delete at a time for a container. Containers live on when the daemon dies.
public interface OciRuntime extends AutoCloseable {
    /// How long a runtime may take for a question.
    Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

    /// To be called once for a container that an earlier run of the daemon made, before its end is watched for:
    /// what the daemon has of it that no other process kept is there again. A container that can't be reached any
    /// more is no error: its end is told as any other.
    void takeUp(String id) throws IOException;

    /// Begins to make a container, whose bundle is made meanwhile. A failure leaves nothing behind; then the creation
    /// has to be finished or given up.
    Creation begin(ContainerProcess container) throws IOException;

    /// Makes a container whose bundle is there, see [Creation#finish()].
    default Started create(ContainerProcess container) throws IOException, InterruptedException {
        return begin(container).finish();
    }

    void start(String id) throws IOException, InterruptedException;

    /// Whether the kernel knows that it was started: its first process executes another program than when it was
    /// created. False says nothing, since not each runtime's does. No runtime is asked.
    boolean isKnownToBeStarted(String id) throws IOException;

    /// Sends a signal to its first process; nothing when that has ended or the container is unknown.
    void kill(String id, int signal) throws IOException, InterruptedException;

    /// Sets limits of its control group while it goes on; what is absent stays as it is. A failure may leave some of
    /// them set.
    void update(String id, RuntimeSpec.Resources limits) throws IOException, InterruptedException;

    /// Stops all its processes where they are, until [#resume(String)].
    void pause(String id) throws IOException, InterruptedException;

    void resume(String id) throws IOException, InterruptedException;

    /// The memory that it could not do without; empty where the kernel itself refuses a limit below (cgroup v1), or
    /// when it has no control group of its own.
    OptionalLong workingSetBytes(String id) throws IOException;

    /// Ends what the first process has left behind when it ended: where that was not the first of its process namespace
    /// the kernel does not. Nothing when nothing is left.
    void endRemaining(String id) throws IOException, InterruptedException;

    /// Removes all that is known of it, also when it was half created or its host has rebooted since; a process
    /// that still runs is killed. Nothing when it is known to be another kind of runtime's. Idempotent.
    void delete(String id) throws IOException, InterruptedException;

    /// Empty when the runtime does not know it. A runtime that can't answer is an error, never an empty answer.
    default Optional<State> state(String id) throws IOException, InterruptedException {
        return state(id, ANSWERS_WITHIN);
    }

    /// @param within the runtime that takes longer can't answer
    Optional<State> state(String id, Duration within) throws IOException, InterruptedException;

    /// How it ended, if its monitor has told.
    Optional<ContainerExit> exitOf(String id) throws IOException;

    /// Runs a command in a running container and waits for its end, not for that of what it left in the background.
    /// At the timeout, or when the waiting thread is interrupted, the command is killed with its session and all
    /// its descendants; the container goes on.
    ///
    /// @throws IOException when the command could not be started for another reason than those of
    ///     [ExecResult#exitCode()]
    ExecResult execSync(String id, ExecProcess command) throws IOException, InterruptedException;

    /// Runs a command in a running container with its streams at the peer, until it has ended and the peer
    /// has its output. When the waiting thread is interrupted, the command is killed with its session and all
    /// its descendants.
    ///
    /// @return the command's exit code
    /// @throws IOException when the command could not be started for another reason than those of
    ///     [ExecResult#exitCode()]
    int exec(String id, RuntimeSpec.Process command, StreamPeer peer) throws IOException, InterruptedException;

    /// Connects the peer to the streams that the container was created with, until the container ends. When the
    /// waiting thread is interrupted, the container goes on.
    ///
    /// @throws IOException when it has ended before, or when the peer was sent away since it took nothing
    void attach(String id, StreamPeer peer) throws IOException, InterruptedException;

    /// Asked once; a runtime that does not answer has none.
    RuntimeFeatures features() throws InterruptedException;

    /// Makes the monitor open the log file anew after it was moved away; the new file is there on return. Nothing
    /// when the container has no log, or when the log is where the monitor writes: nothing is lost either way.
    void reopenLog(String id) throws IOException, InterruptedException;

    /// Lets go of the containers, which go on.
    @Override
    default void close() {}
}
