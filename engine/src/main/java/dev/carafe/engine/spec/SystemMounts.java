package dev.carafe.engine.spec;

import dev.carafe.oci.RuntimeSpec;
import java.util.ArrayList;
import java.util.List;

/// The kernel's file systems that every container has. A privileged one may write to /sys and the control groups. One
/// that runs an init has memory where systemd expects it.
final class SystemMounts {
    private static final List<String> BARE = List.of("nosuid", "noexec", "nodev");

    private SystemMounts() {}

    static List<RuntimeSpec.Mount> of(SpecRequest request, ContainerDefaults defaults) {
        var access = request.isPrivileged() ? "rw" : "ro";
        var mounts = new ArrayList<RuntimeSpec.Mount>();
        mounts.add(SpecMount.of("/proc", "proc", BARE));
        mounts.add(SpecMount.of("/dev", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")));
        mounts.add(SpecMount.of(
                "/dev/pts",
                "devpts",
                List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")));
        mounts.add(SpecMount.of("/dev/mqueue", "mqueue", BARE));
        mounts.add(SpecMount.of("/sys", "sysfs", List.of("nosuid", "noexec", "nodev", access)));
        mounts.add(SpecMount.of("/sys/fs/cgroup", "cgroup", List.of("nosuid", "noexec", "nodev", "relatime", access)));
        var isInit = CommandLine.isInit(CommandLine.of(request));
        if (isInit || defaults.readOnly()) {
            mounts.add(writable("/run", "mode=0755"));
            mounts.add(writable("/tmp", "mode=1777"));
        }
        if (defaults.readOnly()) {
            mounts.add(writable("/var/tmp", "mode=1777"));
        }
        if (isInit) {
            mounts.add(writable("/run/lock", "mode=1777"));
            mounts.add(writable("/var/log/journal", "mode=0755"));
        }
        return mounts;
    }

    /// Holds at first what the image has there.
    private static RuntimeSpec.Mount writable(String destination, String mode) {
        return SpecMount.of(destination, "tmpfs", List.of("rw", "noexec", "nosuid", "nodev", "tmpcopyup", mode));
    }
}
