package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import org.jspecify.annotations.Nullable;

/// The file mode mask of a container's processes, by annotation.
final class Umask {
    private Umask() {}

    /// Null: the runtime's.
    static @Nullable Integer of(SpecRequest request) {
        var asked = PodAnnotation.UMASK.of(request);
        if (asked.isEmpty()) {
            return null;
        }
        if (!asked.get().matches("0?[0-7]{1,3}")) {
            throw new Invalid(PodAnnotation.UMASK.field() + ": not three octal digits such as 022");
        }
        return Integer.parseInt(asked.get(), 8);
    }
}
