package dev.carafe.runtime;

import java.io.IOException;

/// The making of a container that [OciRuntime#begin(ContainerProcess)] has begun. For one thread.
public interface Creation {
    /// The bundle is complete: makes the container up to the point where its first process waits for
    /// [OciRuntime#start(String)]. A failure or an interrupt leaves nothing behind. Called once at most.
    Started finish() throws IOException, InterruptedException;

    /// Ends what waits for the bundle; what is left is removed by [OciRuntime#delete(String)]. Nothing after
    /// [#finish()].
    void giveUp() throws IOException, InterruptedException;
}
