/// NRI plugins in the life of pods and containers: what they are told of it, and what they make of a container.
@NullMarked
package dev.carafe.engine.nri;

import org.jspecify.annotations.NullMarked;
