package dev.carafe.daemon.ctl;

import java.io.PrintStream;

/// Where a verb prints, and how.
///
/// @param asked the format that was asked for
record Output(PrintStream out, PrintStream err, Format asked) {
    /// The format asked for, or the one that suits the verb.
    Format format(Format fitting) {
        return asked == Format.DEFAULT ? fitting : asked;
    }
}
