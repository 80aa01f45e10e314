package dev.carafe.runtime;

/// A created container.
///
/// @param pid its first process, which waits for the start
/// @param monitorPid the process that holds its standard streams and waits for its end
public record Started(int pid, int monitorPid) {}
