/// What pods and containers use: read from the kernel for the kubelet, never asked of a runtime.
@NullMarked
package dev.carafe.engine.stats;

import org.jspecify.annotations.NullMarked;
