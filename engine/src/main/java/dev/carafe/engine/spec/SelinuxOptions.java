package dev.carafe.engine.spec;

import dev.carafe.cri.v1.SELinuxOption;
import dev.carafe.engine.Unsupported;

/// SELinux labels mean nothing on a host without SELinux and are left out there, as its peers do; on a host with
/// SELinux they are refused until they are kept.
final class SelinuxOptions {
    private SelinuxOptions() {}

    static void check(SELinuxOption options, HostFacts host) {
        if (host.selinux() && !options.equals(SELinuxOption.getDefaultInstance())) {
            throw new Unsupported("linux.security_context.selinux_options: labels are not supported yet");
        }
    }
}
