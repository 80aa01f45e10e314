/// Containers: created in a ready pod, started, stopped, removed.
@NullMarked
package dev.carafe.engine.container;

import org.jspecify.annotations.NullMarked;
