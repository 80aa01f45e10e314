/// A client of streaming servers, ours or another runtime's, in the protocols of Kubernetes' clients.
@NullMarked
package dev.carafe.streaming.client;

import org.jspecify.annotations.NullMarked;
