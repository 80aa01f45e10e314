/// The client of OCI registries (distribution-spec): manifests chosen for a platform, blobs as streams, each byte
/// checked against its digest. All that a registry sends is bounded in size, count and time.
@NullMarked
package dev.carafe.registry;

import org.jspecify.annotations.NullMarked;
