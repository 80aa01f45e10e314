package dev.carafe.engine.spec;

import dev.carafe.linux.Relabeling;
import dev.carafe.linux.SelinuxLabel;
import java.io.IOException;
import java.nio.file.Path;

/// A folder or file that gets the label of a container's files before the container has it.
///
/// @param source on the host, without links
/// @param whole also when its top has that label already
public record Relabel(Path source, SelinuxLabel label, boolean whole) {
    /// Again it does no harm.
    public void run() throws IOException {
        if (whole || !Relabeling.isDone(source, label)) {
            Relabeling.run(source, label);
        }
    }
}
