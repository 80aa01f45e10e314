package dev.carafe.engine.spec;

import dev.carafe.cri.v1.SELinuxOption;
import dev.carafe.engine.Unsupported;

/// SELinux labels mean nothing on a host without SELinux and are left out there, as the peers do; on a host with
/// SELinux they are refused until they are kept.
final class SelinuxOptions {
    private SelinuxOptions() {}

    /// What containers that ask for no label lack on this host.
    static void warn(HostFacts host, Warnings warnings) {
        if (host.selinux()) {
            warnings.once("SELinux is on, but containers get no labels yet: they run in the runtime's own domain");
        }
    }

    static void check(SELinuxOption options, HostFacts host) {
        if (host.selinux() && !options.equals(SELinuxOption.getDefaultInstance())) {
            throw new Unsupported("linux.security_context.selinux_options: labels are not supported yet");
        }
    }
}
