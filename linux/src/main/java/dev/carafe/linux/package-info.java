/// The Linux kernel in Java types. The only package that uses `java.lang.foreign`; it speaks paths, enums and records
/// to the outside and depends on nothing of ours.
@NullMarked
package dev.carafe.linux;

import org.jspecify.annotations.NullMarked;
