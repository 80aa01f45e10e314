package dev.carafe.engine.rdt;

import dev.carafe.engine.performance.KernelFile;
import dev.carafe.engine.rdt.CacheShare.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the kernel has to share out (Documentation/filesystems/resctrl.rst).
///
/// @param caches of which kinds, by [Resource#L2] and [Resource#L3]
record Resctrl(Map<Resource, Cache> caches, Optional<Memory> memory) {
    private static final int HEXADECIMAL = 16;

    /// Caches of one kind.
    ///
    /// @param mask of all bits, one block
    /// @param contents what has masks of its own: all, or code and data
    record Cache(List<Integer> ids, long mask, int leastBits, List<Content> contents) {}

    /// @param ids of the parts of the memory
    /// @param least in percent
    record Memory(List<Integer> ids, long least, boolean countsMegabytes) {}

    /// @throws IOException when it is not as the kernel writes it
    static Resctrl read(ResctrlMount mount) throws IOException {
        var info = mount.folder().resolve("info");
        var schemata = schemata(mount.folder().resolve("schemata"));
        var caches = new EnumMap<Resource, Cache>(Resource.class);
        for (var cache : List.of(Resource.L2, Resource.L3)) {
            var contents = List.of(Content.values()).stream()
                    .filter(content -> Files.isDirectory(info.resolve(cache + content.suffix)))
                    .toList();
            if (!contents.isEmpty()) {
                var name = cache + contents.getFirst().suffix;
                caches.put(cache, cache(info.resolve(name), ids(schemata, name), contents));
            }
        }
        var memory = info.resolve(Resource.MB.name());
        return new Resctrl(
                caches,
                Files.isDirectory(memory)
                        ? Optional.of(new Memory(
                                ids(schemata, Resource.MB.name()),
                                number(memory.resolve("min_bandwidth"), 10),
                                mount.countsMegabytes()))
                        : Optional.empty());
    }

    private static Cache cache(Path info, List<Integer> ids, List<Content> contents) throws IOException {
        var mask = number(info.resolve("cbm_mask"), HEXADECIMAL);
        var leastBits = (int) number(info.resolve("min_cbm_bits"), 10);
        if (mask <= 0 || !Share.isOneBlock(mask) || leastBits < 0 || leastBits > Share.width(mask)) {
            throw new IOException(info + ": a mask of 0x" + Long.toHexString(mask) + " and at least " + leastBits
                    + " bits make no sense");
        }
        return new Cache(ids, mask, Math.max(1, leastBits), contents);
    }

    private static long number(Path file, int radix) throws IOException {
        var text = KernelFile.read(file);
        try {
            return Long.parseLong(text, radix);
        } catch (NumberFormatException e) {
            throw new IOException(file + ": not a number: " + text, e);
        }
    }

    /// The ids that the root group has values for, by the names of the lines, as `L3:0=fff;1=fff`.
    private static Map<String, List<Integer>> schemata(Path file) throws IOException {
        var schemata = new TreeMap<String, List<Integer>>();
        for (var line : KernelFile.read(file).lines().toList()) {
            var colon = line.indexOf(':');
            try {
                schemata.put(
                        line.substring(0, colon).strip(),
                        List.of(line.substring(colon + 1).strip().split(";")).stream()
                                .map(value -> Integer.parseInt(value.substring(0, value.indexOf('='))))
                                .sorted()
                                .toList());
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new IOException(file + ": not NAME:ID=VALUE;ID=VALUE: " + line, e);
            }
        }
        return schemata;
    }

    private static List<Integer> ids(Map<String, List<Integer>> schemata, String name) throws IOException {
        var ids = schemata.get(name);
        if (ids == null) {
            throw new IOException("resctrl's schemata have no line " + name);
        }
        return ids;
    }
}
