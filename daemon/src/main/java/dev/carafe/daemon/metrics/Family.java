package dev.carafe.daemon.metrics;

/// Series under one name. Safe for all threads.
interface Family {
    void write(Exposition to);
}
