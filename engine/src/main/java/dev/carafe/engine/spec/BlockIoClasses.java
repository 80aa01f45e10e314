package dev.carafe.engine.spec;

import dev.carafe.engine.edit.YamlText;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The classes of block I/O that a node has for containers: a file of YAML in goresctrl's form,
/// `Classes: NAME: [{Devices: [PATTERN], Weight: N, ThrottleReadBps: N, …}]`, names of keys in any case. Parts of
/// a class without devices are about all devices, and a later part is stronger.
public final class BlockIoClasses {
    private static final int MAXIMUM_BYTES = 1 << 20;
    private static final String CLASSES = "classes";
    private static final String DEVICES = "devices";
    private static final String WEIGHT = "weight";

    /// The runtime spec's (config-linux.md, Block IO).
    private static final int LEAST_WEIGHT = 10;

    private static final int HIGHEST_WEIGHT = 1000;

    private final Map<String, List<Part>> classes;

    private BlockIoClasses(Map<String, List<Part>> classes) {
        this.classes = Map.copyOf(classes);
    }

    /// What is bounded, in bytes or operations a second.
    enum Throttle {
        READ_BPS,
        WRITE_BPS,
        READ_IOPS,
        WRITE_IOPS;

        private final String key = "throttle" + name().replace("_", "").toLowerCase(Locale.ROOT);
    }

    /// @param devices patterns of paths; empty: all devices
    /// @param weight 0 for none
    record Part(List<String> devices, int weight, Map<Throttle, Long> throttles) {
        Part {
            devices = List.copyOf(devices);
            throttles = Map.copyOf(throttles);
        }
    }

    /// @throws IOException says what is wrong with the file
    public static BlockIoClasses read(Path file) throws IOException {
        try (var content = Files.newInputStream(file)) {
            var bytes = content.readNBytes(MAXIMUM_BYTES + 1);
            if (bytes.length > MAXIMUM_BYTES) {
                throw new IOException("larger than " + MAXIMUM_BYTES + " bytes");
            }
            return parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException("file of block I/O classes " + file + ": " + e.getMessage(), e);
        }
    }

    static BlockIoClasses parse(String text) throws IOException {
        var document = keys(YamlText.read(text), "the document");
        var classes = new LinkedHashMap<String, List<Part>>();
        for (var key : document.keySet()) {
            if (!key.equals(CLASSES)) {
                throw new IOException("unknown key " + key);
            }
        }
        if (!(document.get(CLASSES) instanceof Map<?, ?> named)) {
            throw new IOException("Classes is not a mapping of names");
        }
        for (var entry : named.entrySet()) {
            var name = String.valueOf(entry.getKey());
            var parts = new ArrayList<Part>();
            for (var part : list(entry.getValue(), "class " + name)) {
                parts.add(part(keys(part, "class " + name), "class " + name + ": "));
            }
            classes.put(name, parts);
        }
        return new BlockIoClasses(classes);
    }

    private static Part part(Map<String, Object> keys, String where) throws IOException {
        var devices = new ArrayList<String>();
        var weight = 0;
        var throttles = new EnumMap<Throttle, Long>(Throttle.class);
        for (var entry : keys.entrySet()) {
            switch (entry.getKey()) {
                case DEVICES -> {
                    for (var device : list(entry.getValue(), where + "Devices")) {
                        devices.add(BlockDevicePattern.check(String.valueOf(device), where));
                    }
                }
                case WEIGHT -> weight = weight(entry.getValue(), where);
                case String other -> throttles.put(throttle(other, where), amount(entry.getValue(), where + other));
            }
        }
        if (devices.isEmpty() && !throttles.isEmpty()) {
            throw new IOException(where + "throttles need Devices");
        }
        return new Part(devices, weight, throttles);
    }

    private static Throttle throttle(String key, String where) throws IOException {
        for (var throttle : Throttle.values()) {
            if (throttle.key.equals(key)) {
                return throttle;
            }
        }
        throw new IOException(where + "unknown key " + key);
    }

    private static int weight(Object value, String where) throws IOException {
        var weight = amount(value, where + "Weight");
        if (weight < LEAST_WEIGHT || weight > HIGHEST_WEIGHT) {
            throw new IOException(where + "Weight is not between " + LEAST_WEIGHT + " and " + HIGHEST_WEIGHT);
        }
        return (int) weight;
    }

    private static long amount(Object value, String where) throws IOException {
        try {
            return Quantity.parse(String.valueOf(value))
                    .map(BigDecimal::longValueExact)
                    .orElseThrow();
        } catch (RuntimeException e) {
            throw new IOException(where + ": not a whole quantity: " + value, e);
        }
    }

    private static List<?> list(Object value, String what) throws IOException {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IOException(what + " is not a list");
    }

    private static Map<String, Object> keys(Object value, String what) throws IOException {
        if (!(value instanceof Map<?, ?> mapping)) {
            throw new IOException(what + " is not a mapping");
        }
        var keys = new LinkedHashMap<String, Object>();
        for (var entry : mapping.entrySet()) {
            var key = String.valueOf(entry.getKey()).toLowerCase(Locale.ROOT);
            if (entry.getValue() == null || keys.put(key, entry.getValue()) != null) {
                throw new IOException(what + ": " + key + " is empty or there twice");
            }
        }
        return keys;
    }

    /// The parts of the class of that name; empty when there is none.
    Optional<List<Part>> of(String name) {
        return Optional.ofNullable(classes.get(name));
    }
}
