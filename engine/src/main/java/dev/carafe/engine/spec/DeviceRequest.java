package dev.carafe.engine.spec;

import dev.carafe.cri.v1.Device;

/// A host's device for a container, as the CRI or an entry of `additional_devices` names it.
record DeviceRequest(String hostPath, String containerPath, String permissions) {
    /// @throws IllegalArgumentException when a path is not absolute or the permissions are not of `rwm`
    DeviceRequest {
        permissions = permissions.isEmpty() ? "rwm" : permissions;
        AbsolutePath.parse(hostPath);
        if (AbsolutePath.parse(containerPath).normalize().getNameCount() == 0) {
            throw new IllegalArgumentException("device " + hostPath + ": not below /: " + containerPath);
        }
        if (!permissions.matches("[rwm]{1,3}")) {
            throw new IllegalArgumentException(
                    "device " + hostPath + ": permissions are of r, w, m, not " + permissions);
        }
    }

    static DeviceRequest of(Device device) {
        var inside = device.getContainerPath().isEmpty() ? device.getHostPath() : device.getContainerPath();
        return new DeviceRequest(device.getHostPath(), inside, device.getPermissions());
    }

    /// `host[:container[:permissions]]`, where the second part may be the permissions.
    static DeviceRequest parse(String entry) {
        var parts = entry.split(":", -1);
        return switch (parts.length) {
            case 1 -> new DeviceRequest(parts[0], parts[0], "");
            case 2 ->
                parts[1].startsWith("/")
                        ? new DeviceRequest(parts[0], parts[1], "")
                        : new DeviceRequest(parts[0], parts[0], parts[1]);
            case 3 -> new DeviceRequest(parts[0], parts[1], parts[2]);
            default ->
                throw new IllegalArgumentException("additional_devices: not host:container:permissions: " + entry);
        };
    }
}
