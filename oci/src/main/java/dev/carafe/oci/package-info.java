/// Values of the OCI image, distribution and runtime specifications: what they are, not what is done with them.
@NullMarked
package dev.carafe.oci;

import org.jspecify.annotations.NullMarked;
