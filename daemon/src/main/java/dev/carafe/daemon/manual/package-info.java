/// What the command line tells of itself: help, the manual page, and completions for shells. All of it comes from the
/// declarations of flags and keys and from the list of subcommands.
@NullMarked
package dev.carafe.daemon.manual;

import org.jspecify.annotations.NullMarked;
