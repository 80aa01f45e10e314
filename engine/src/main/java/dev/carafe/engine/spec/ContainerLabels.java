package dev.carafe.engine.spec;

import dev.carafe.linux.SelinuxLabel;

/// What SELinux calls a container.
///
/// @param process its processes; none: they have the label that the runtime's gives them, which confines nothing
/// @param init its processes, where the first of them is an init
/// @param mount its files
/// @param relabels whether volumes that ask for it get that of its files
public record ContainerLabels(SelinuxLabel process, SelinuxLabel init, SelinuxLabel mount, boolean relabels) {
    public static final ContainerLabels NONE =
            new ContainerLabels(SelinuxLabel.NONE, SelinuxLabel.NONE, SelinuxLabel.NONE, false);
}
