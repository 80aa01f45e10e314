package dev.carafe.engine.rdt;

/// What the processes in it are given.
///
/// @param refusesPods annotations of pods must not name it
/// @param refusesContainers annotations of containers must not
public record RdtClass(Portion portion, boolean refusesPods, boolean refusesContainers) {}
