/// The CRI over a unix socket: each call becomes one question to the engine. The only package that knows gRPC's
/// codes.
@NullMarked
package dev.carafe.daemon.grpc;

import org.jspecify.annotations.NullMarked;
