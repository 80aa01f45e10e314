/// The pod network through CNI plugins (Container Network Interface, specification 1.1.0 and the configurations and
/// results of every earlier version), with libcni's habits, so that any plugin works unchanged.
@NullMarked
package dev.carafe.network;

import org.jspecify.annotations.NullMarked;
