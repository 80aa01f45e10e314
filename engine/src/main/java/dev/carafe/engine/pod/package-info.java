/// Pods: their namespaces, network and files, and the containers they end with.
@NullMarked
package dev.carafe.engine.pod;

import org.jspecify.annotations.NullMarked;
