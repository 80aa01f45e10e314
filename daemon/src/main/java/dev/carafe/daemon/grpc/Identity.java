package dev.carafe.daemon.grpc;

/// What the daemon says it is.
///
/// @param name the kubelet puts it before the ids of containers: `carafe://…`
/// @param version semantic
public record Identity(String name, String version) {}
