package dev.carafe.engine.spec;

import dev.carafe.engine.edit.YamlText;
import java.io.IOException;
import java.math.BigDecimal;
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
        return YamlText.read(file, "file of block I/O classes", BlockIoClasses::parse);
    }

    static BlockIoClasses parse(String text) throws IOException {
        var document = YamlText.keys(YamlText.read(text), "the document");
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
            for (var part : YamlText.list(entry.getValue(), "class " + name)) {
                parts.add(part(YamlText.keys(part, "class " + name), "class " + name + ": "));
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
                    for (var device : YamlText.list(entry.getValue(), where + "Devices")) {
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

    /// The parts of the class of that name; empty when there is none.
    Optional<List<Part>> of(String name) {
        return Optional.ofNullable(classes.get(name));
    }
}
