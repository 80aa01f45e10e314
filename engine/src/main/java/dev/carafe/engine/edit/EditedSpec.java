package dev.carafe.engine.edit;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.Directory;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import dev.carafe.oci.IntelRdt;
import dev.carafe.oci.NetDevice;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A spec while devices are added to it. For one thread.
final class EditedSpec {
    private final RuntimeSpec spec;
    private final List<String> environment;
    private final List<RuntimeSpec.Mount> mounts;
    private final List<RuntimeSpec.Device> devices;
    private final List<RuntimeSpec.DeviceRule> rules;
    private final List<Long> groups;
    private final StagedHooks hooks;
    private @Nullable IntelRdt rdt;
    private final Map<String, NetDevice> netDevices;

    EditedSpec(RuntimeSpec spec) {
        this.spec = spec;
        environment = new ArrayList<>(spec.process().env());
        mounts = new ArrayList<>(spec.mounts());
        devices = new ArrayList<>(spec.linux().devices());
        rules = new ArrayList<>(resources().devices());
        groups = new ArrayList<>(spec.process().user().additionalGids());
        hooks = new StagedHooks(spec.hooks());
        rdt = spec.linux().intelRdt();
        netDevices = new LinkedHashMap<>(spec.linux().movingDevices());
    }

    private RuntimeSpec.Resources resources() {
        var there = spec.linux().resources();
        return there == null ? new RuntimeSpec.Resources(null, null, null, null, null, null, null) : there;
    }

    /// What stands there already under the same name or path is replaced.
    ///
    /// @param device for messages
    /// @throws Invalid when the host lacks what an edit needs
    void add(CdiName device, CdiEdits edits) throws IOException {
        edits.variables().forEach((name, variable) -> {
            environment.removeIf(other -> other.startsWith(name + "="));
            environment.add(variable);
        });
        for (var node : edits.nodes()) {
            add(device, node);
        }
        for (var mount : edits.mounts()) {
            if (bindsHost(mount) && !Files.exists(Path.of(String.valueOf(mount.source())))) {
                throw missing(device, "mounts", String.valueOf(mount.source()));
            }
            mounts.removeIf(other -> other.destination().equals(mount.destination()));
            mounts.add(mount);
        }
        edits.hooks().forEach(hook -> hooks.add(hook.stage(), hook.hook()));
        rdt = edits.rdt().orElse(rdt);
        netDevices.putAll(edits.netDevices());
        for (var group : edits.groups()) {
            if (group > 0 && !groups.contains(group)) {
                groups.add(group);
            }
        }
    }

    private static boolean bindsHost(RuntimeSpec.Mount mount) {
        return mount.options().contains("bind") || mount.options().contains("rbind");
    }

    private void add(CdiName name, CdiEdits.Node node) throws IOException {
        var type = node.type();
        var major = node.major();
        var minor = node.minor();
        if (type.isEmpty() || (!type.equals("p") && major.isEmpty())) {
            var status = status(name, node.hostPath());
            var found = type(status, name, node.hostPath());
            if (!type.isEmpty() && !found.equals(type.replace('u', 'c'))) {
                throw new Invalid("CDI device " + name + ": deviceNodes: " + node.hostPath() + " is of type " + found
                        + " on this host, not " + type);
            }
            type = found;
            major = Optional.of((long) status.major());
            minor = Optional.of((long) status.minor());
        }
        devices.removeIf(other -> other.path().equals(node.path()));
        devices.add(new RuntimeSpec.Device(
                node.path(),
                type,
                major.orElse(0L),
                minor.orElse(0L),
                node.mode().map(Long::intValue).orElse(null),
                node.uid().orElse(spec.process().user().uid()),
                node.gid().orElse(spec.process().user().gid())));
        if (!type.equals("p")) {
            rules.add(new RuntimeSpec.DeviceRule(
                    true, type.replace('u', 'c'), major.orElse(0L), minor.orElse(0L), node.permissions()));
        }
    }

    private static FileStatus status(CdiName name, String hostPath) throws IOException {
        try {
            var real = Path.of(hostPath).toRealPath();
            try (var folder = Directory.open(Objects.requireNonNull(real.getParent(), "a device below /"))) {
                return folder.status(String.valueOf(real.getFileName()))
                        .orElseThrow(() -> missing(name, "deviceNodes", hostPath));
            }
        } catch (FileSystemException e) {
            throw missing(name, "deviceNodes", hostPath);
        }
    }

    private static String type(FileStatus status, CdiName name, String hostPath) {
        return switch (status.type()) {
            case FileType.CHARACTER_DEVICE -> "c";
            case FileType.BLOCK_DEVICE -> "b";
            case FileType.FIFO -> "p";
            default ->
                throw new Invalid("CDI device " + name + ": deviceNodes: " + hostPath + " is no device on this host");
        };
    }

    private static Invalid missing(CdiName name, String what, String path) {
        return new Invalid("CDI device " + name + ": " + what + ": there is no " + path + " on this host");
    }

    RuntimeSpec done() {
        // Stable: a folder before what is mounted in it.
        mounts.sort(
                Comparator.comparingInt(mount -> Path.of(mount.destination()).getNameCount()));
        return new RuntimeSpec(
                spec.ociVersion(),
                spec.process().with(environment, groups),
                spec.root(),
                spec.hostname(),
                mounts,
                hooks.forSpec(),
                spec.annotations(),
                spec.linux().with(devices, resources().with(rules), rdt, netDevices));
    }
}
