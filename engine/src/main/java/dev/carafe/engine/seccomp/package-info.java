/// What containers call that their seccomp profiles forbid, where their pods ask to be told of it.
@NullMarked
package dev.carafe.engine.seccomp;

import org.jspecify.annotations.NullMarked;
