package dev.carafe.oci;

import io.avaje.jsonb.Json;

/// Runtime-spec 1.1.
///
/// @param ioClass as `IOPRIO_CLASS_BE`
/// @param priority 0 is the highest, 7 the lowest
@Json
public record IoPriority(@Json.Property("class") String ioClass, int priority) {}
