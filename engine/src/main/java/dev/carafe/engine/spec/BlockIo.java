package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.engine.spec.BlockIoClasses.Part;
import dev.carafe.engine.spec.BlockIoClasses.Throttle;
import dev.carafe.linux.CgroupController;
import dev.carafe.oci.RuntimeSpec;
import dev.carafe.oci.RuntimeSpec.ThrottleDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The limits of block devices by the class that the pod's annotations name for a container. Without a file of classes
/// the annotations mean nothing.
final class BlockIo {
    private static final String DOMAIN = "blockio.resources.beta.kubernetes.io/";

    private final Warnings warnings;
    private final Map<String, RuntimeSpec.WeightDevice> weights = new LinkedHashMap<>();
    private final Map<Throttle, Map<String, ThrottleDevice>> throttles = new EnumMap<>(Throttle.class);
    private int weight;

    private BlockIo(Warnings warnings) {
        this.warnings = warnings;
    }

    /// The file is read again for each container that names a class, as devices come and go.
    ///
    /// @throws Invalid when the file has no such class
    static Optional<RuntimeSpec.BlockIo> of(SpecRequest request, ContainerDefaults defaults, Controllers controllers)
            throws IOException {
        var file = defaults.additions().blockIoClasses();
        var name = name(request);
        if (file.isEmpty() || name.isEmpty()) {
            return Optional.empty();
        }
        return of(file, name.get(), "annotations " + DOMAIN, controllers);
    }

    /// @param field for messages
    /// @throws Invalid when the file has no such class
    static Optional<RuntimeSpec.BlockIo> of(String file, String name, String field, Controllers controllers)
            throws IOException {
        var parts = BlockIoClasses.read(Path.of(file))
                .of(name)
                .orElseThrow(() -> new Invalid(field + ": there is no class " + name));
        if (!controllers.canLimit(CgroupController.IO)) {
            return Optional.empty();
        }
        var limits = new BlockIo(controllers.warnings());
        for (var part : parts) {
            limits.add(part);
        }
        return Optional.of(limits.build());
    }

    private static Optional<String> name(SpecRequest request) {
        var annotations = request.pod().getAnnotationsMap();
        var own = annotations.get(DOMAIN + "container." + AnnotatedLimits.containerName(request));
        return Optional.ofNullable(own == null ? annotations.get(DOMAIN + "pod") : own);
    }

    private void add(Part part) throws IOException {
        if (part.devices().isEmpty()) {
            weight = part.weight();
        }
        for (var pattern : part.devices()) {
            var devices = BlockDevicePattern.find(pattern);
            if (devices.isEmpty()) {
                warnings.once("block I/O classes: there is no block device " + pattern);
            }
            for (var device : devices) {
                add(part, device, pattern);
            }
        }
    }

    private void add(Part part, BlockDevicePattern.Found device, String pattern) {
        var key = device.major() + ":" + device.minor();
        if (part.weight() > 0 && device.sharesByWeight()) {
            weights.put(key, new RuntimeSpec.WeightDevice(device.major(), device.minor(), part.weight()));
        } else if (part.weight() > 0) {
            warnings.once("block I/O classes: " + pattern + " (" + key + ") has no scheduler that knows weights (bfq)");
        }
        part.throttles()
                .forEach((throttle, rate) -> throttles
                        .computeIfAbsent(throttle, _ -> new LinkedHashMap<>())
                        .put(key, new ThrottleDevice(device.major(), device.minor(), rate)));
    }

    private RuntimeSpec.BlockIo build() {
        return new RuntimeSpec.BlockIo(
                weight == 0 ? null : weight,
                new ArrayList<>(weights.values()),
                throttled(Throttle.READ_BPS),
                throttled(Throttle.WRITE_BPS),
                throttled(Throttle.READ_IOPS),
                throttled(Throttle.WRITE_IOPS));
    }

    private List<ThrottleDevice> throttled(Throttle throttle) {
        return new ArrayList<>(throttles.getOrDefault(throttle, Map.of()).values());
    }
}
