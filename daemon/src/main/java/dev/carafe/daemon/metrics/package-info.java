/// What a Prometheus collects of this daemon, under CRI-O's names. Loaded only where metrics are configured.
@NullMarked
package dev.carafe.daemon.metrics;

import org.jspecify.annotations.NullMarked;
