/// The daemon's configuration: the tables and keys of crio.conf(5), the flags and the environment variables of
/// crio(8). Each key is declared once ([Tables]); reading, checking, printing and documenting it all come from
/// its declaration.
@NullMarked
package dev.carafe.daemon.config;

import org.jspecify.annotations.NullMarked;
