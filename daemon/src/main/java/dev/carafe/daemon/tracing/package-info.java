/// Spans of requests and their phases, sent to an OpenTelemetry collector. Nothing of this is loaded where tracing is
/// off.
@NullMarked
package dev.carafe.daemon.tracing;

import org.jspecify.annotations.NullMarked;
