/// The process: its command line, its parts from top to bottom, and its end.
@NullMarked
package dev.carafe.daemon;

import org.jspecify.annotations.NullMarked;
