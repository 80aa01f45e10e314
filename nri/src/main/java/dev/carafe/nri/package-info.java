/// Plugins of the Node Resource Interface: how they connect, what they are told, and what comes of their answers. What
/// they ask for is done by others.
@NullMarked
package dev.carafe.nri;

import org.jspecify.annotations.NullMarked;
