package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.engine.Invalid;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The devices of a container and what its control group lets it do with them. The usual ones (null, zero, tty …) are
/// the runtime's to make. A privileged container has all of the host's and may use any.
///
/// @param nodes in the order asked for, each path once
record Devices(List<RuntimeSpec.Device> nodes, List<RuntimeSpec.DeviceRule> rules) {
    Devices {
        nodes = List.copyOf(nodes);
        rules = List.copyOf(rules);
    }

    static Devices of(SpecRequest request, ContainerDefaults defaults) throws IOException {
        var nodes = new LinkedHashMap<String, RuntimeSpec.Device>();
        var rules = new ArrayList<RuntimeSpec.DeviceRule>();
        var owner = defaults.deviceOwnershipFromSecurityContext() ? request.security() : nobody();
        rules.add(SpecDevice.rule(request.isPrivileged()));
        if (request.isPrivileged() && !mountsDev(request)) {
            for (var found : HostDevices.all()) {
                nodes.put(found.path().toString(), SpecDevice.node(found.path().toString(), found.status(), nobody()));
            }
        }
        for (var entry : defaults.additionalDevices()) {
            add(DeviceRequest.parse(entry), owner, nodes, rules);
        }
        for (var device : request.container().getDevicesList()) {
            add(request(device), owner, nodes, rules);
        }
        return new Devices(List.copyOf(nodes.values()), rules);
    }

    private static LinuxContainerSecurityContext nobody() {
        return LinuxContainerSecurityContext.getDefaultInstance();
    }

    private static boolean mountsDev(SpecRequest request) {
        return request.container().getMountsList().stream()
                .anyMatch(mount -> HostMounts.destination(mount).equals("/dev"));
    }

    private static DeviceRequest request(dev.carafe.cri.v1.Device device) {
        try {
            return DeviceRequest.of(device);
        } catch (IllegalArgumentException e) {
            throw new Invalid("devices: " + e.getMessage());
        }
    }

    /// The devices of a folder keep their places in it.
    private static void add(
            DeviceRequest asked,
            LinuxContainerSecurityContext owner,
            Map<String, RuntimeSpec.Device> nodes,
            List<RuntimeSpec.DeviceRule> rules)
            throws IOException {
        var real = HostPath.real(asked.hostPath(), "devices.host_path");
        for (var found : HostDevices.at(real)) {
            var inside = Path.of(asked.containerPath())
                    .resolve(real.relativize(found.path()).toString())
                    .normalize()
                    .toString();
            nodes.put(inside, SpecDevice.node(inside, found.status(), owner));
            rules.add(SpecDevice.rule(found.status(), asked.permissions()));
        }
    }
}
