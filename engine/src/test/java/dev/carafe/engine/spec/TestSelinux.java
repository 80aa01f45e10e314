package dev.carafe.engine.spec;

import dev.carafe.linux.SelinuxLabel;

/// Hosts with SELinux and without.
public final class TestSelinux {
    public static final SelinuxLabels ON = new SelinuxLabels(
            SelinuxSettings.CRIO,
            true,
            new SelinuxContexts(
                    new SelinuxLabel("system_u:system_r:box_t:s0"),
                    new SelinuxLabel("system_u:system_r:box_init_t:s0"),
                    new SelinuxLabel("system_u:system_r:box_kvm_t:s0"),
                    new SelinuxLabel("system_u:object_r:box_file_t:s0")));
    public static final SelinuxLabels OFF = new SelinuxLabels(SelinuxSettings.CRIO, false, SelinuxContexts.NONE);

    private TestSelinux() {}
}
