package dev.carafe.streaming;

/// What all connections of a server share.
record Served(Sessions sessions, Budget budget) {}
