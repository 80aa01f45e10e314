package dev.carafe.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What the runtime can tell plugins of a pod beside its names, by capability (CNI conventions, "Dynamic Plugin
/// specific fields"). A plugin gets those that its configuration asks for.
///
/// @param ports those of the node that lead to the pod
/// @param cgroupPath the pod's control group; may be empty
/// @param annotations the pod's, for plugins that read them
public record RuntimeArguments(
        List<PortMapping> ports,
        Bandwidth bandwidth,
        Dns dns,
        String cgroupPath,
        Map<String, String> annotations,
        Wishes wishes) {
    public static final RuntimeArguments NONE =
            new RuntimeArguments(List.of(), Bandwidth.UNLIMITED, Dns.NONE, "", Map.of(), Wishes.NONE);

    /// As CRI-O and containerd call it.
    private static final String POD_ANNOTATIONS = "io.kubernetes.cri.pod-annotations";

    public RuntimeArguments {
        ports = List.copyOf(ports);
        annotations = Map.copyOf(annotations);
    }

    public static RuntimeArguments ofPorts(List<PortMapping> ports) {
        return new RuntimeArguments(
                ports, NONE.bandwidth(), NONE.dns(), NONE.cgroupPath(), NONE.annotations(), NONE.wishes());
    }

    /// @param ingressBits a second to the pod; 0 for as many as there are
    /// @param egressBits a second from the pod
    public record Bandwidth(long ingressBits, long egressBits) {
        public static final Bandwidth UNLIMITED = new Bandwidth(0, 0);

        /// In bits. The plugin takes less than 4 GiB; a small one would slow short exchanges, which nobody
        /// asked for.
        private static final long BURST = 8 * ((1L << 32) - 2);

        public Bandwidth {
            if (ingressBits < 0 || egressBits < 0) {
                throw new IllegalArgumentException("a bandwidth can't be negative");
            }
        }

        private JsonObject toJson() {
            var json = JsonObject.EMPTY;
            if (ingressBits > 0) {
                json = json.with("ingressRate", Json.Number.of(ingressBits))
                        .with("ingressBurst", Json.Number.of(BURST));
            }
            return egressBits > 0
                    ? json.with("egressRate", Json.Number.of(egressBits)).with("egressBurst", Json.Number.of(BURST))
                    : json;
        }
    }

    /// What the pod's resolv.conf will say.
    public record Dns(List<String> servers, List<String> searches, List<String> options) {
        public static final Dns NONE = new Dns(List.of(), List.of(), List.of());

        public Dns {
            servers = List.copyOf(servers);
            searches = List.copyOf(searches);
            options = List.copyOf(options);
        }

        private JsonObject toJson() {
            var json = JsonObject.EMPTY;
            for (var list : List.of(
                    Map.entry("servers", servers), Map.entry("searches", searches), Map.entry("options", options))) {
                if (!list.getValue().isEmpty()) {
                    json = json.with(list.getKey(), texts(list.getValue()));
                }
            }
            return json;
        }
    }

    /// What a pod asks for by name, each empty where it leaves that to the plugins.
    ///
    /// @param ips its addresses, with or without prefix lengths
    /// @param mac the address of its interface
    /// @param infinibandGuid of its InfiniBand port
    /// @param deviceId of the device that becomes its interface, as a device plugin calls it
    public record Wishes(List<String> ips, String mac, String infinibandGuid, String deviceId) {
        public static final Wishes NONE = new Wishes(List.of(), "", "", "");

        private static final Pattern MAC = Pattern.compile("([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}");
        private static final Pattern GUID = Pattern.compile("([0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}");
        private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
        private static final int MOST_IPS = 16;

        public Wishes {
            ips = List.copyOf(ips);
            if (ips.size() > MOST_IPS) {
                throw new IllegalArgumentException("more than " + MOST_IPS + " addresses for one pod");
            }
            for (var ip : ips) {
                if (ip.contains("/")) {
                    var _ = PodAddress.of(ip);
                } else {
                    IpAddress.check(ip);
                }
            }
            requireForm("MAC address", mac, MAC);
            requireForm("InfiniBand GUID", infinibandGuid, GUID);
            requireForm("device", deviceId, DEVICE);
        }

        private static void requireForm(String what, String value, Pattern form) {
            if (!value.isEmpty() && !form.matcher(value).matches()) {
                throw new IllegalArgumentException("not a " + what + ": " + Quoted.of(value));
            }
        }
    }

    /// Those that there are, by capability.
    JsonObject toJson() {
        var json = JsonObject.EMPTY;
        if (!ports.isEmpty()) {
            var mappings = new ArrayList<Json>();
            ports.forEach(port -> mappings.add(port.toJson()));
            json = json.with(PortMapping.CAPABILITY, new Json.Array(mappings));
        }
        json = withObject(json, "bandwidth", bandwidth.toJson());
        json = withObject(json, "dns", dns.toJson());
        json = withText(json, "cgroupPath", cgroupPath);
        json = wishes.ips().isEmpty() ? json : json.with("ips", texts(wishes.ips()));
        json = withText(json, "mac", wishes.mac());
        json = withText(json, "infinibandGUID", wishes.infinibandGuid());
        json = withText(json, "deviceID", wishes.deviceId());
        var pairs = JsonObject.EMPTY;
        for (var annotation : new TreeMap<>(annotations).entrySet()) {
            pairs = pairs.with(annotation.getKey(), annotation.getValue());
        }
        return withObject(json, POD_ANNOTATIONS, pairs);
    }

    private static JsonObject withObject(JsonObject json, String name, JsonObject value) {
        return value.isEmpty() ? json : json.with(name, value);
    }

    private static JsonObject withText(JsonObject json, String name, String value) {
        return value.isEmpty() ? json : json.with(name, value);
    }

    private static Json.Array texts(List<String> values) {
        return new Json.Array(values.stream().<Json>map(Json.Text::new).toList());
    }
}
