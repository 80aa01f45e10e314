package dev.carafe.engine.spec;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// All mounts of a container in the order in which the runtime makes them: a folder before what lies in it. The
/// configuration's mounts come in place of ours.
final class MountList {
    private final ContainerDefaults defaults;
    private final HostFacts host;
    private final Warnings warnings;

    MountList(ContainerDefaults defaults, HostFacts host, Warnings warnings) {
        this.defaults = defaults;
        this.host = host;
        this.warnings = warnings;
    }

    List<RuntimeSpec.Mount> of(SpecRequest request, ImageVolumeFolders volumes, boolean isReadOnly) throws IOException {
        var asked = HostMounts.of(request, defaults);
        var mounts = new ArrayList<RuntimeSpec.Mount>();
        for (var mount : SystemMounts.of(request, defaults)) {
            if (asked.stream().noneMatch(other -> isAtOrBelow(mount, other))) {
                mounts.add(mount);
            }
        }
        var others = new ArrayList<>(PodFiles.of(request, isReadOnly));
        others.addAll(MountsFile.of(defaults.additions().mounts().files(), request, warnings));
        others.addAll(volumes.mounts(request));
        others.addAll(Fips.of(request, host, others));
        for (var mount : others) {
            if (asked.stream().noneMatch(other -> replaces(other, mount))) {
                mounts.add(mount);
            }
        }
        mounts.addAll(asked);
        mounts.sort(
                Comparator.comparingInt(mount -> Path.of(mount.destination()).getNameCount()));
        return mounts;
    }

    /// Who mounts /dev or /sys brings also what is in it.
    private static boolean isAtOrBelow(RuntimeSpec.Mount mount, RuntimeSpec.Mount asked) {
        return Path.of(mount.destination()).startsWith(asked.destination());
    }

    private static boolean replaces(RuntimeSpec.Mount asked, RuntimeSpec.Mount mount) {
        return asked.destination().equals(mount.destination())
                || (asked.destination().equals("/dev") && mount.destination().startsWith("/dev/"));
    }
}
