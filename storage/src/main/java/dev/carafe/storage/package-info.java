/// Layers unpacked by diffID, the index of images, and the overlay roots of containers.
@NullMarked
package dev.carafe.storage;

import org.jspecify.annotations.NullMarked;
