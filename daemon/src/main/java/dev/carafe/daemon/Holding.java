package dev.carafe.daemon;

import dev.carafe.daemon.config.Configuration;

/// The configuration that holds now. Safe for all threads.
final class Holding {
    private volatile Configuration configuration;

    Holding(Configuration configuration) {
        this.configuration = configuration;
    }

    Configuration get() {
        return configuration;
    }

    void set(Configuration next) {
        configuration = next;
    }
}
