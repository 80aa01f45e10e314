package dev.carafe.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What a plugin's ADD gave, in any version of the specification (section 5, "ADD Success").
///
/// @param json the plugin's own words, and the version where it left that out: what the next plugin, CHECK and DEL
///     get
/// @param podAddresses those of the pod's interface, in the plugin's order
record CniResult(JsonObject json, List<PodAddress> podAddresses) {
    static final CniResult NONE = new CniResult(JsonObject.EMPTY, List.of());

    CniResult {
        podAddresses = List.copyOf(podAddresses);
    }

    /// Without prefix lengths.
    List<String> addresses() {
        return podAddresses.stream().map(PodAddress::address).toList();
    }

    /// @param configured the version of the request, which is the result's when it names none
    static CniResult parse(byte[] stdout, SpecVersion configured) throws JsonException {
        var json = object(stdout);
        if (json.text("cniVersion").isEmpty()) {
            json = json.with("cniVersion", configured.toString());
        }
        return of(json);
    }

    /// One that names its version.
    static CniResult of(JsonObject json) throws JsonException {
        return new CniResult(json, addresses(json));
    }

    /// libcni takes `null` for a result that says nothing.
    private static JsonObject object(byte[] stdout) throws JsonException {
        return switch (JsonParser.parse(stdout)) {
            case JsonObject object -> object;
            case Json.Null() -> JsonObject.EMPTY;
            default -> throw new JsonException("not a JSON object");
        };
    }

    private static List<PodAddress> addresses(JsonObject json) throws JsonException {
        var text = json.text("cniVersion");
        var version = SpecVersion.of(text)
                .orElseThrow(() -> new JsonException("in version " + Quoted.plain(text) + ", which is not known"));
        return version.isAtLeast(SpecVersion.V0_3_0) ? listed(json) : ofBothFamilies(json);
    }

    /// Up to 0.2.0 there was one address of each family at most.
    private static List<PodAddress> ofBothFamilies(JsonObject json) throws JsonException {
        var addresses = new ArrayList<PodAddress>();
        for (var family : List.of("ip4", "ip6")) {
            if (json.has(family)) {
                addresses.add(address(json.object(family), "ip"));
            }
        }
        return addresses;
    }

    private static List<PodAddress> listed(JsonObject json) throws JsonException {
        var interfaces = objects(json, "interfaces");
        var addresses = new ArrayList<PodAddress>();
        for (var ip : objects(json, "ips")) {
            var address = address(ip, "address");
            if (!ip.has("interface") || isPods(interfaces, ip.integer("interface"))) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    /// One of the node may be called like the pod's, so the one inside the pod counts; not all plugins tell.
    private static boolean isPods(List<JsonObject> interfaces, int index) throws JsonException {
        if (index < 0 || index >= interfaces.size()) {
            throw new JsonException(
                    "an address is on interface " + index + " of " + interfaces.size() + " in \"interfaces\"");
        }
        return isCalledLikePods(interfaces.get(index)) && (isInside(interfaces.get(index)) || !anyInside(interfaces));
    }

    private static boolean anyInside(List<JsonObject> interfaces) throws JsonException {
        for (var one : interfaces) {
            if (isCalledLikePods(one) && isInside(one)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCalledLikePods(JsonObject one) throws JsonException {
        return one.text("name").equals(AttachmentArguments.INTERFACE);
    }

    private static boolean isInside(JsonObject one) throws JsonException {
        return !one.text("sandbox").isEmpty();
    }

    private static List<JsonObject> objects(JsonObject json, String name) throws JsonException {
        var objects = new ArrayList<JsonObject>();
        for (var item : json.list(name)) {
            if (!(item instanceof JsonObject object)) {
                throw new JsonException('"' + name + "\" is not a list of objects");
            }
            objects.add(object);
        }
        return objects;
    }

    private static PodAddress address(JsonObject json, String name) throws JsonException {
        try {
            return PodAddress.of(json.text(name));
        } catch (IllegalArgumentException e) {
            throw new JsonException(Objects.requireNonNull(e.getMessage()));
        }
    }
}
