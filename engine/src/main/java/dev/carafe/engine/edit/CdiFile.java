package dev.carafe.engine.edit;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A file of CDI devices, JSON or YAML.
///
/// @param edits what comes with any of its devices
/// @param devices what each of them changes, by its name
record CdiFile(String kind, CdiEdits edits, Map<String, CdiEdits> devices) {
    private static final JsonType<Object> JSON = Jsonb.instance().type(Object.class);

    CdiFile {
        devices = Map.copyOf(devices);
    }

    /// @throws IOException says what is wrong
    static CdiFile parse(Path file, String text) throws IOException {
        var document = CdiObject.document(file.toString().endsWith(".json") ? json(text) : YamlText.read(text));
        var kind = document.required("kind");
        if (!CdiName.isKind(kind)) {
            throw new IOException("kind: not of the form vendor.com/class: " + kind);
        }
        if (kind.substring(kind.indexOf('/')).contains(".")
                && !document.version().knows(CdiVersion.V0_6_0)) {
            throw new IOException("kind: no dots in a class before version " + CdiVersion.V0_6_0 + ": " + kind);
        }
        document.since(CdiVersion.V0_6_0, "annotations");
        document.ignore("annotations");
        var edits = edits(document);
        var devices = new LinkedHashMap<String, CdiEdits>();
        for (var device : document.objects("devices")) {
            var name = device.required("name");
            if (!CdiName.isDevice(name)) {
                throw new IOException("devices.name: not a device's name: " + name);
            }
            device.since(CdiVersion.V0_6_0, "annotations");
            device.ignore("annotations");
            if (devices.put(name, edits(device)) != null) {
                throw new IOException("devices: two are called " + name);
            }
            device.end();
        }
        document.end();
        if (devices.isEmpty()) {
            throw new IOException("devices: none");
        }
        return new CdiFile(kind, edits, devices);
    }

    private static CdiEdits edits(CdiObject holder) throws IOException {
        var edits = holder.object("containerEdits");
        return edits.isPresent() ? CdiEdits.of(edits.get()) : CdiEdits.NONE;
    }

    private static Object json(String text) throws IOException {
        try {
            return ForeignJson.read(text, JSON::fromJson);
        } catch (BadJsonException e) {
            throw new IOException("not JSON: " + e.getMessage(), e);
        }
    }
}
