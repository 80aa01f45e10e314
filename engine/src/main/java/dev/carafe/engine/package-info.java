/// What a node's kubelet asks for: pods, containers, images. Combines the modules below it, each through its
/// contract.
@NullMarked
package dev.carafe.engine;

import org.jspecify.annotations.NullMarked;
