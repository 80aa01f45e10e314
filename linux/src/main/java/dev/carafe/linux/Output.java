package dev.carafe.linux;

/// What a program left behind that ran to its end.
///
/// @param truncated one of the outputs was longer than allowed; its rest was read and dropped
/// @param timedOut the process group was killed because the time was up
@SuppressWarnings("ArrayRecordComponent")
public record Output(ExitStatus status, byte[] stdout, byte[] stderr, boolean truncated, boolean timedOut) {}
