package dev.carafe.engine.spec;

import dev.carafe.cri.v1.Device;
import dev.carafe.engine.Invalid;

/// A host's device for a container, as the CRI or an entry of `additional_devices` names it.
///
/// @param field where it stands, for messages
record DeviceRequest(String field, String hostPath, String containerPath, String permissions) {
    private static final String KEY = "additional_devices";

    /// @throws IllegalArgumentException when a path is not absolute or the permissions are not of `rwm`
    DeviceRequest {
        permissions = permissions.isEmpty() ? "rwm" : permissions;
        if (AbsolutePath.parse(hostPath).getNameCount() == 0
                || AbsolutePath.parse(containerPath).normalize().getNameCount() == 0) {
            throw new IllegalArgumentException("not below /: " + hostPath + ", " + containerPath);
        }
        if (!permissions.matches("[rwm]{1,3}")) {
            throw new IllegalArgumentException(hostPath + ": permissions are of r, w, m, not " + permissions);
        }
    }

    /// @throws Invalid as the constructor
    static DeviceRequest of(Device device) {
        var field = "devices";
        var inside = device.getContainerPath().isEmpty() ? device.getHostPath() : device.getContainerPath();
        try {
            return new DeviceRequest(field, device.getHostPath(), inside, device.getPermissions());
        } catch (IllegalArgumentException e) {
            throw new Invalid(field + ": " + e.getMessage());
        }
    }

    /// `host[:container[:permissions]]`, where the second part may be the permissions.
    ///
    /// @throws IllegalArgumentException as the constructor
    static DeviceRequest parse(String entry) {
        try {
            return parse(entry, KEY);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(KEY + ": " + entry + ": " + e.getMessage(), e);
        }
    }

    /// The same of an annotation.
    ///
    /// @throws Invalid as the constructor
    static DeviceRequest annotated(String entry, String field) {
        try {
            return parse(entry, field);
        } catch (IllegalArgumentException e) {
            throw new Invalid(field + ": " + e.getMessage());
        }
    }

    private static DeviceRequest parse(String entry, String field) {
        var parts = entry.split(":", -1);
        return switch (parts.length) {
            case 1 -> new DeviceRequest(field, parts[0], parts[0], "");
            case 2 ->
                parts[1].startsWith("/")
                        ? new DeviceRequest(field, parts[0], parts[1], "")
                        : new DeviceRequest(field, parts[0], parts[0], parts[1]);
            case 3 -> new DeviceRequest(field, parts[0], parts[1], parts[2]);
            default -> throw new IllegalArgumentException("not host:container:permissions");
        };
    }
}
