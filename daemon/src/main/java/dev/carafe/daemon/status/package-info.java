/// What tools on the node ask over HTTP/1.1 on the daemon's socket: cAdvisor inside the kubelet, and `carafe status`.
@NullMarked
package dev.carafe.daemon.status;

import org.jspecify.annotations.NullMarked;
