/// Classes of caches and memory bandwidth (resctrl): a file of the node says what each is given, and its groups below
/// the kernel's file system are made of that. Containers name a class.
@NullMarked
package dev.carafe.engine.rdt;

import org.jspecify.annotations.NullMarked;
