package dev.carafe.daemon.logging;

/// A fact of a line beside its message. The key is ours; the value may come from anywhere.
public record Field(String key, String value) {}
