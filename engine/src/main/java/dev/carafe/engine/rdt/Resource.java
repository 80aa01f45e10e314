package dev.carafe.engine.rdt;

import java.util.Locale;

/// What is shared out, by the kernel's names.
enum Resource {
    L2,
    L3,
    MB;

    /// The key in the file's `options`.
    String option() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The key of what a partition or a class is given.
    String allocation() {
        return option() + "allocation";
    }
}
