/// `carafe ctl`: a client for testing and debugging, with crictl's verbs and habits. It speaks gRPC over the
/// socket and uses nothing of the daemon.
@NullMarked
package dev.carafe.daemon.ctl;

import org.jspecify.annotations.NullMarked;
