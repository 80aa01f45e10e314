/// Images: pulled, listed, removed.
@NullMarked
package dev.carafe.engine.image;

import org.jspecify.annotations.NullMarked;
