package dev.carafe.runtime;

/// How a command in a container ended.
///
/// @param exitCode the command's; 128 and the signal when one ended it; 127 when there is no such command and 126
///     when it can't be executed, as shells have it, and then the runtime's words are in stderr
/// @param timedOut it was killed because its time was over; the outputs hold what it had written until then
/// @param truncated one of the outputs was longer than allowed
@SuppressWarnings("ArrayRecordComponent")
public record ExecResult(byte[] stdout, byte[] stderr, int exitCode, boolean timedOut, boolean truncated) {}
