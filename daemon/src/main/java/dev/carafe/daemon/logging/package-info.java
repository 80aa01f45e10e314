/// The daemon's log: everything that our modules and our libraries say, a line each, in the form that CRI-O's
/// operators and their parsers know. Modules see only `System.Logger`.
@NullMarked
package dev.carafe.daemon.logging;

import org.jspecify.annotations.NullMarked;
