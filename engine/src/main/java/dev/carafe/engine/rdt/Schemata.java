package dev.carafe.engine.rdt;

import dev.carafe.engine.rdt.CacheShare.Content;
import dev.carafe.engine.rdt.Resctrl.Cache;
import dev.carafe.engine.rdt.Resctrl.Memory;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;

/// What the kernel is told of each class: lines of `NAME:ID=VALUE;ID=VALUE`. For one thread.
final class Schemata {
    private final RdtFile file;
    private final Resctrl kernel;
    private final Map<String, String> lines = new TreeMap<>();

    private Schemata(RdtFile file, Resctrl kernel) {
        this.file = file;
        this.kernel = kernel;
    }

    /// By the names of the classes.
    ///
    /// @throws IOException when the host can't do it
    static Map<String, String> of(RdtFile file, Resctrl kernel) throws IOException {
        return new Schemata(file, kernel).make();
    }

    private Map<String, String> make() throws IOException {
        for (var partition : file.partitions().values()) {
            partition.classes().keySet().forEach(name -> lines.put(name, ""));
        }
        for (var resource : Resource.values()) {
            var cache = Optional.ofNullable(kernel.caches().get(resource));
            if (cache.isPresent()) {
                share(resource, cache.get());
            } else if (resource == Resource.MB && kernel.memory().isPresent()) {
                share(kernel.memory().get());
            } else {
                requireNone(resource);
            }
        }
        return lines;
    }

    private void requireNone(Resource resource) throws IOException {
        for (var partition : file.partitions().values()) {
            for (var entry : partition.classes().entrySet()) {
                if (entry.getValue().portion().has(resource) && !file.optional().contains(resource)) {
                    throw new IOException("class " + entry.getKey() + ": has " + resource
                            + ", which this host can't share out; options." + resource.option()
                            + ".optional leaves it out there");
                }
            }
        }
    }

    private void share(Resource resource, Cache cache) throws IOException {
        // All are counted out, so that a mistake shows on each host.
        for (var content : Content.values()) {
            var line = new CacheLine(resource, cache, content).of(file.partitions());
            if (cache.contents().contains(content)) {
                line.forEach((name, text) -> lines.merge(name, text, String::concat));
            }
        }
    }

    private void share(Memory memory) throws IOException {
        for (var partition : file.partitions().values()) {
            for (var entry : partition.classes().entrySet()) {
                var values = new StringJoiner(";", Resource.MB + ":", "\n");
                for (var id : memory.ids()) {
                    var whole = at(partition.portion(), id);
                    values.add(id + "="
                            + bandwidth(memory, whole, at(entry.getValue().portion(), id)));
                }
                lines.merge(entry.getKey(), values.toString(), String::concat);
            }
        }
    }

    private static Bandwidth at(Portion portion, int id) {
        return portion.memory().map(byId -> byId.at(id)).orElse(Bandwidth.WHOLE);
    }

    /// In percent a class has its part of the partition's; megabytes are both limits.
    private static long bandwidth(Memory memory, Bandwidth partition, Bandwidth rdtClass) throws IOException {
        if (memory.countsMegabytes()) {
            return Math.min(megabytes(partition), megabytes(rdtClass));
        }
        return Math.max(percent(partition) * percent(rdtClass) / Share.HUNDRED, memory.least());
    }

    private static long percent(Bandwidth bandwidth) throws IOException {
        return bandwidth
                .percent()
                .orElseThrow(() -> new IOException("mbAllocation: this host counts in percent (50%)"));
    }

    private static long megabytes(Bandwidth bandwidth) throws IOException {
        return bandwidth
                .megabytes()
                .orElseThrow(() -> new IOException("mbAllocation: this host counts in MBps (1000MBps)"));
    }
}
