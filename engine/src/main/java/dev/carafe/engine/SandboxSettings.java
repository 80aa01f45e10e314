package dev.carafe.engine;

import java.nio.file.Path;
import java.util.List;

/// What crio.conf says of the processes that pods have for themselves.
///
/// @param image `pause_image`
/// @param authFile `pause_image_auth_file`: credentials for it; the empty path: those of other images
/// @param command `pause_command`; empty: as the image has it
/// @param always not only for pods that share a process namespace (`drop_infra_ctr` is false)
/// @param cpus `infra_ctr_cpuset`: where they may run; empty: anywhere
public record SandboxSettings(String image, Path authFile, List<String> command, boolean always, String cpus) {
    public SandboxSettings {
        command = List.copyOf(command);
    }
}
