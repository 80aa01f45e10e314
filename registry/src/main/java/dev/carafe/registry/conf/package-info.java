/// registries.conf(5): which names stand for which repositories, and where those are asked. Its files are an
/// operator's; what is wrong in them is named with file and line, and then none of it counts.
@NullMarked
package dev.carafe.registry.conf;

import org.jspecify.annotations.NullMarked;
