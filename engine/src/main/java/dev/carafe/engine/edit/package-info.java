/// What files of the node change in the specs of containers: OCI hooks and CDI devices.
@NullMarked
package dev.carafe.engine.edit;

import org.jspecify.annotations.NullMarked;
