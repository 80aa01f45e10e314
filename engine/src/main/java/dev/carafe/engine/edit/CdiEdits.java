package dev.carafe.engine.edit;

import dev.carafe.engine.rdt.RdtClass;
import dev.carafe.oci.IntelRdt;
import dev.carafe.oci.NetDevice;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a CDI device, or all of a kind, change in a container (CDI's containerEdits).
///
/// @param environment entries NAME=value
/// @param hooks each with its stage, in their order
/// @param rdt the last that is said counts
/// @param netDevices by their names on the host
record CdiEdits(
        List<String> environment,
        List<Node> nodes,
        List<RuntimeSpec.Mount> mounts,
        List<StagedHook> hooks,
        List<Long> groups,
        Optional<IntelRdt> rdt,
        Map<String, NetDevice> netDevices) {
    static final CdiEdits NONE =
            new CdiEdits(List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty(), Map.of());

    private static final long MAXIMUM_ID = Integer.MAX_VALUE;
    private static final long MAXIMUM_NUMBER = 0xfffff;
    private static final long MAXIMUM_MODE = 07777;
    private static final long MAXIMUM_SECONDS = 24 * 60 * 60;

    CdiEdits {
        environment = List.copyOf(environment);
        nodes = List.copyOf(nodes);
        mounts = List.copyOf(mounts);
        hooks = List.copyOf(hooks);
        groups = List.copyOf(groups);
        netDevices = Map.copyOf(netDevices);
    }

    record StagedHook(Stage stage, RuntimeSpec.Hook hook) {}

    /// A device file. What is missing is the host's.
    ///
    /// @param path in the container
    /// @param permissions of `rwm`
    record Node(
            String path,
            String hostPath,
            String type,
            Optional<Long> major,
            Optional<Long> minor,
            Optional<Long> mode,
            String permissions,
            Optional<Long> uid,
            Optional<Long> gid) {}

    static CdiEdits of(CdiObject edits) throws IOException {
        edits.since(CdiVersion.V0_7_0, "intelRdt");
        edits.since(CdiVersion.V0_7_0, "additionalGids");
        edits.since(CdiVersion.V1_1_0, "netDevices");
        var environment = edits.texts("env");
        for (var variable : environment) {
            if (variable.indexOf('=') < 1) {
                throw new IOException("env: not NAME=value: " + variable);
            }
        }
        var groups = edits.numbers("additionalGids", 0, MAXIMUM_ID);
        var result = new CdiEdits(
                environment, nodes(edits), mounts(edits), hooks(edits), groups, rdt(edits), netDevices(edits));
        edits.end();
        return result;
    }

    private static List<Node> nodes(CdiObject edits) throws IOException {
        var nodes = new ArrayList<Node>();
        for (var node : edits.objects("deviceNodes")) {
            node.since(CdiVersion.V0_5_0, "hostPath");
            var path = absolute(node.required("path"), "deviceNodes.path");
            var hostPath = node.text("hostPath");
            var permissions = node.text("permissions");
            var type = node.text("type");
            if (!permissions.matches("[rwm]{0,3}") || !type.matches("[bcup]?")) {
                throw new IOException("deviceNodes " + path + ": permissions of rwm, and a type of b, c, u or p");
            }
            nodes.add(new Node(
                    path,
                    hostPath.isEmpty() ? path : absolute(hostPath, "deviceNodes.hostPath"),
                    type,
                    node.number("major", 0, MAXIMUM_NUMBER),
                    node.number("minor", 0, MAXIMUM_NUMBER),
                    node.number("fileMode", 0, MAXIMUM_MODE),
                    permissions.isEmpty() ? "rwm" : permissions,
                    node.number("uid", 0, MAXIMUM_ID),
                    node.number("gid", 0, MAXIMUM_ID)));
            node.end();
        }
        return nodes;
    }

    private static List<RuntimeSpec.Mount> mounts(CdiObject edits) throws IOException {
        var mounts = new ArrayList<RuntimeSpec.Mount>();
        for (var mount : edits.objects("mounts")) {
            mount.since(CdiVersion.V0_4_0, "type");
            var type = mount.text("type");
            var options = new ArrayList<>(mount.texts("options"));
            var source = mount.required("hostPath");
            var binds = options.contains("bind") || options.contains("rbind");
            if (type.isEmpty() && !binds) {
                options.addFirst("rbind");
            }
            if (type.isEmpty() || binds) {
                absolute(source, "mounts.hostPath");
            }
            mounts.add(new RuntimeSpec.Mount(
                    absolute(mount.required("containerPath"), "mounts.containerPath"),
                    type.isEmpty() ? "bind" : type,
                    source,
                    options,
                    null,
                    null));
            mount.end();
        }
        return mounts;
    }

    private static List<StagedHook> hooks(CdiObject edits) throws IOException {
        var hooks = new ArrayList<StagedHook>();
        for (var hook : edits.objects("hooks")) {
            var timeout = hook.number("timeout", 0, MAXIMUM_SECONDS).filter(seconds -> seconds > 0);
            hooks.add(new StagedHook(
                    Stage.of(hook.required("hookName")),
                    StagedHooks.checked(new RuntimeSpec.Hook(
                            hook.required("path"),
                            hook.texts("args"),
                            hook.texts("env"),
                            timeout.map(Long::intValue).orElse(null)))));
            hook.end();
        }
        return hooks;
    }

    private static Optional<IntelRdt> rdt(CdiObject edits) throws IOException {
        var found = edits.object("intelRdt");
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var rdt = found.get();
        rdt.since(CdiVersion.V1_1_0, "schemata");
        rdt.since(CdiVersion.V1_1_0, "enableMonitoring");
        // Of versions before 1.1.0; no runtime has ever done it.
        rdt.refuse("enableCMT", "there is enableMonitoring since 1.1.0");
        rdt.refuse("enableMBM", "there is enableMonitoring since 1.1.0");
        var name = rdt.text("closID");
        if (!name.isEmpty() && !RdtClass.isGroup(name)) {
            throw new IOException("intelRdt.closID: not a folder's name: " + name);
        }
        var group = new IntelRdt(
                orNull(name),
                orNull(rdt.text("l3CacheSchema")),
                orNull(rdt.text("memBwSchema")),
                rdt.texts("schemata"),
                rdt.isTrue("enableMonitoring") ? Boolean.TRUE : null);
        rdt.end();
        if (!group.hasWholeLines()) {
            throw new IOException("intelRdt: schemata have lines' ends");
        }
        return Optional.of(group);
    }

    private static Map<String, NetDevice> netDevices(CdiObject edits) throws IOException {
        var devices = new LinkedHashMap<String, NetDevice>();
        for (var device : edits.objects("netDevices")) {
            var host = device.required("hostInterfaceName");
            var name = device.required("name");
            if (!NetDevice.isName(host) || !NetDevice.isName(name)) {
                throw new IOException("netDevices: no network device can be called " + host + " or " + name);
            }
            var wanted = new NetDevice(name);
            if (devices.containsValue(wanted) || devices.put(host, wanted) != null) {
                throw new IOException("netDevices: " + host + " or " + name + " is there twice");
            }
            device.end();
        }
        return devices;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String absolute(String path, String field) throws IOException {
        if (!path.startsWith("/") || path.contains("/../") || path.endsWith("/..")) {
            throw new IOException(field + ": not an absolute path without ..: " + path);
        }
        return path;
    }

    /// Variables by their names, the later value.
    Map<String, String> variables() {
        var variables = new LinkedHashMap<String, String>();
        for (var variable : environment) {
            variables.put(variable.substring(0, variable.indexOf('=')), variable);
        }
        return variables;
    }
}
