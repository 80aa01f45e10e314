/// Changes of pods and containers, told as they happen.
@NullMarked
package dev.carafe.engine.events;

import org.jspecify.annotations.NullMarked;
