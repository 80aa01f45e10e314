package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.engine.Invalid;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// The devices of a container and what its control group lets it do with them. The usual ones (null, zero, tty …)
/// are the runtime's to make. A privileged container has all of the host's and may use any,
/// unless its handler keeps them out.
///
/// @param nodes in the order asked for, each path once
record Devices(List<RuntimeSpec.Device> nodes, List<RuntimeSpec.DeviceRule> rules) {
    private static final int MAXIMUM_ANNOTATED = 256;

    Devices {
        nodes = List.copyOf(nodes);
        rules = List.copyOf(rules);
    }

    static Devices of(SpecRequest request, ContainerDefaults defaults) throws IOException {
        var nodes = new LinkedHashMap<String, RuntimeSpec.Device>();
        var rules = new ArrayList<RuntimeSpec.DeviceRule>();
        var owner = defaults.deviceOwnershipFromSecurityContext() ? request.security() : nobody();
        rules.add(SpecDevice.rule(request.isPrivileged() && !request.rules().privilegedWithoutHostDevices()));
        if (seesHostDevices(request)) {
            for (var found : HostDevices.all()) {
                nodes.put(found.path().toString(), SpecDevice.node(found.path().toString(), found.status(), nobody()));
            }
        }
        for (var asked : asked(request, defaults)) {
            var real = HostPath.real(asked.hostPath(), asked.field());
            for (var found : HostDevices.at(real, asked.field())) {
                var inside = inside(asked, real.relativize(found.path()));
                nodes.put(inside, SpecDevice.node(inside, found.status(), owner));
                rules.add(SpecDevice.rule(found.status(), asked.permissions()));
            }
        }
        return new Devices(List.copyOf(nodes.values()), rules);
    }

    private static LinuxContainerSecurityContext nobody() {
        return LinuxContainerSecurityContext.getDefaultInstance();
    }

    private static boolean seesHostDevices(SpecRequest request) {
        return request.isPrivileged() && !request.rules().privilegedWithoutHostDevices() && !mountsDev(request);
    }

    private static boolean mountsDev(SpecRequest request) {
        return request.container().getMountsList().stream()
                .anyMatch(mount -> HostMounts.destination(mount).equals("/dev"));
    }

    private static List<DeviceRequest> asked(SpecRequest request, ContainerDefaults defaults) {
        var asked = new ArrayList<DeviceRequest>();
        defaults.additionalDevices().forEach(entry -> asked.add(DeviceRequest.parse(entry)));
        annotated(request, defaults, asked);
        request.container().getDevicesList().forEach(device -> asked.add(DeviceRequest.of(device)));
        return asked;
    }

    /// Of those that `allowed_devices` names.
    private static void annotated(SpecRequest request, ContainerDefaults defaults, List<DeviceRequest> asked) {
        var annotation = PodAnnotation.DEVICES.of(request);
        if (annotation.isEmpty() || annotation.get().isBlank()) {
            return;
        }
        var entries = annotation.get().split(",", MAXIMUM_ANNOTATED + 1);
        if (entries.length > MAXIMUM_ANNOTATED) {
            throw new Invalid(PodAnnotation.DEVICES.field() + ": more than " + MAXIMUM_ANNOTATED);
        }
        for (var entry : entries) {
            var device = DeviceRequest.annotated(entry.strip(), PodAnnotation.DEVICES.field());
            if (!defaults.additions().allowedDevices().contains(device.hostPath())) {
                throw new Invalid(PodAnnotation.DEVICES.field() + ": " + device.hostPath()
                        + " is not among allowed_devices of this node");
            }
            asked.add(device);
        }
    }

    /// The devices of a folder keep their places in it.
    private static String inside(DeviceRequest asked, Path place) {
        return Path.of(asked.containerPath()).resolve(place).normalize().toString();
    }
}
