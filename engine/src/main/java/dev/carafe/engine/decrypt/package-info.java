/// Image layers that are encrypted for keys which the node has (ocicrypt's form).
@NullMarked
package dev.carafe.engine.decrypt;

import org.jspecify.annotations.NullMarked;
