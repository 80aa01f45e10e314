package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import dev.carafe.oci.RuntimeSpec;

/// Devices and device rules of the runtime spec.
final class SpecDevice {
    private static final int PERMISSIONS = 0777;

    private SpecDevice() {}

    /// A device file like the host's; its owner is that of the security context where it names one.
    static RuntimeSpec.Device node(String path, FileStatus status, LinuxContainerSecurityContext owner) {
        var uid = owner.hasRunAsUser() ? owner.getRunAsUser().getValue() : Integer.toUnsignedLong(status.uid());
        var gid = owner.hasRunAsGroup() ? owner.getRunAsGroup().getValue() : Integer.toUnsignedLong(status.gid());
        return new RuntimeSpec.Device(
                path, type(status), status.major(), status.minor(), status.mode() & PERMISSIONS, uid, gid);
    }

    /// What holds for all devices that no other rule names.
    static RuntimeSpec.DeviceRule rule(boolean allow) {
        return new RuntimeSpec.DeviceRule(allow, "a", null, null, "rwm");
    }

    static RuntimeSpec.DeviceRule rule(FileStatus status, String permissions) {
        return new RuntimeSpec.DeviceRule(
                true, type(status), (long) status.major(), (long) status.minor(), permissions);
    }

    private static String type(FileStatus status) {
        return status.type() == FileType.BLOCK_DEVICE ? "b" : "c";
    }
}
