package dev.carafe.streaming;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;

/// What the server lends to its clients. Its methods block, each on a virtual thread of the server's; the thread is
/// interrupted when the client has gone or the server closes.
public interface Sessions {
    /// What a command is run by that is being granted on this thread; when its client comes, it is on another.
    default Sessions granted() {
        return this;
    }

    /// Runs a command in a container until it has ended and its output was handed to the client. When interrupted,
    /// the command and all it started are killed before this returns.
    ///
    /// @return the command's exit code
    /// @throws IOException says in words for the client why the command could not be run
    int exec(String containerId, List<String> command, Client client) throws IOException, InterruptedException;

    /// Connects the client to the running container's streams until the container ends. When interrupted, the
    /// container goes on.
    ///
    /// @throws IOException says in words for the client what failed
    void attach(String containerId, Client client) throws IOException, InterruptedException;

    /// Connects to a port inside a pod.
    ///
    /// @param port from 1 to 65535
    /// @return the connected socket, which belongs to the caller
    /// @throws IOException says in words for the client why there is no connection
    SocketChannel connect(String podId, int port) throws IOException, InterruptedException;
}
