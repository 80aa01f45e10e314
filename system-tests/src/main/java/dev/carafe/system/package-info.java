/// Carafe on real parts: kernel, registry, conmon, crun and runc, CNI plugins. Needs root; each test has roots,
/// sockets, a bridge, a subnet and a cgroup of its own and leaves the host as it found it.
@NullMarked
package dev.carafe.system;

import org.jspecify.annotations.NullMarked;
