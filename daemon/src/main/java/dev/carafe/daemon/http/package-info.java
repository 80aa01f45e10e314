/// The little of HTTP/1.1 that the daemon serves beside gRPC: one question after another on a connection, all bounded.
/// Loaded when somebody asks.
@NullMarked
package dev.carafe.daemon.http;

import org.jspecify.annotations.NullMarked;
