/// Running bundles: containers under their monitors, what is run in them, and how they end. [OciRuntime] is the
/// port; conmon with any runtime of the OCI command line is one way behind it.
@NullMarked
package dev.carafe.runtime;

import org.jspecify.annotations.NullMarked;
