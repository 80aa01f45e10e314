/// What is known of pods and containers, in memory and on disk, and the rules by which it changes.
@NullMarked
package dev.carafe.engine.state;

import org.jspecify.annotations.NullMarked;
