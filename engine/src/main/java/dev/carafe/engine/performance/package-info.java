/// What containers with processors of their own may have changed on the node while they run: who serves interrupts,
/// how deep idle processors sleep, how fast they go. Everything is put back when such a container ends.
@NullMarked
package dev.carafe.engine.performance;

import org.jspecify.annotations.NullMarked;
