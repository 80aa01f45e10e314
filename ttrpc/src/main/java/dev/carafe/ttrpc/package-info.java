/// ttrpc, containerd's small gRPC: its frames, and the calling half of a connection. NRI has it behind a
/// multiplexer, the runtimes' shims have it bare.
@NullMarked
package dev.carafe.ttrpc;

import org.jspecify.annotations.NullMarked;
