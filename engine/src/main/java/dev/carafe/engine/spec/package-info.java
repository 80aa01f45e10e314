/// What a container is made of: the OCI runtime spec from the CRI's configuration, the image and the host, one
/// small class for each topic. Fields of the CRI that can't be kept are refused by their name; what the host can't
/// grant is left out and logged once.
@NullMarked
package dev.carafe.engine.spec;

import org.jspecify.annotations.NullMarked;
