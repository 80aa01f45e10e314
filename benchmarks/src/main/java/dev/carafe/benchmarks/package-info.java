/// Measurements, never tests: ratios against the same work done by hand in the same run, because machines are
/// noisy.
@NullMarked
package dev.carafe.benchmarks;

import org.jspecify.annotations.NullMarked;
