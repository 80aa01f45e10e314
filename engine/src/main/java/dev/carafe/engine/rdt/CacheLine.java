package dev.carafe.engine.rdt;

import dev.carafe.engine.rdt.CacheShare.Content;
import dev.carafe.engine.rdt.RdtFile.Partition;
import dev.carafe.engine.rdt.Resctrl.Cache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/// The schemata's line of one kind of caches, for each class. No two partitions have a bit together; classes of one
/// may.
record CacheLine(Resource resource, Cache cache, Content content) {
    /// By the names of the classes.
    ///
    /// @throws IOException when there is too little of a cache for all that is asked
    Map<String, String> of(Map<String, Partition> partitions) throws IOException {
        var values = new TreeMap<String, StringJoiner>();
        for (var id : cache.ids()) {
            var granted = granted(partitions, id);
            for (var partition : partitions.entrySet()) {
                var whole = granted.getOrDefault(partition.getKey(), cache.mask());
                for (var entry : partition.getValue().classes().entrySet()) {
                    values.computeIfAbsent(entry.getKey(), _ -> new StringJoiner(";", name() + ":", "\n"))
                            .add(id + "=" + Long.toHexString(mask(entry.getKey(), entry.getValue(), id, whole)));
                }
            }
        }
        var lines = new TreeMap<String, String>();
        values.forEach((name, line) -> lines.put(name, line.toString()));
        return lines;
    }

    private String name() {
        return resource + content.suffix;
    }

    private long mask(String name, RdtClass rdtClass, int id, long whole) throws IOException {
        var own = rdtClass.portion().cache(resource);
        try {
            return own.isEmpty() ? whole : own.get().at(id).of(content).of(whole, cache.leastBits());
        } catch (IOException e) {
            throw new IOException("class " + name + ": " + name() + " of cache " + id + ": " + e.getMessage(), e);
        }
    }

    /// What each partition has of a cache; nothing where none says anything.
    private Map<String, Long> granted(Map<String, Partition> partitions, int id) throws IOException {
        var asked = new TreeMap<String, CacheShare>();
        partitions.forEach((name, partition) ->
                partition.portion().cache(resource).ifPresent(byId -> asked.put(name, byId.at(id))));
        if (asked.isEmpty()) {
            return Map.of();
        }
        if (asked.size() < partitions.size()) {
            throw wrong(id, "shared out to the partitions " + asked.keySet() + " and not to others");
        }
        var isSplit =
                asked.values().stream().anyMatch(share -> share.own(content).isPresent());
        var shares = new TreeMap<String, Share>();
        for (var entry : asked.entrySet()) {
            var share = entry.getValue();
            if (isSplit && share.own(content).isEmpty()) {
                throw wrong(id, "partition " + entry.getKey() + " says nothing of " + content + ", and others do");
            }
            shares.put(entry.getKey(), share.of(content));
        }
        return shares.values().stream().allMatch(Share.Mask.class::isInstance) ? masks(shares, id) : parts(shares, id);
    }

    private Map<String, Long> masks(Map<String, Share> shares, int id) throws IOException {
        var granted = new HashMap<String, Long>();
        var taken = 0L;
        for (var entry : shares.entrySet()) {
            if (!(entry.getValue() instanceof Share.Mask(var bits))) {
                throw new IllegalStateException("not a mask: " + entry);
            }
            if ((bits & taken) != 0 || (bits & ~cache.mask()) != 0 || Long.bitCount(bits) < cache.leastBits()) {
                throw wrong(
                        id,
                        "partition " + entry.getKey() + " has 0x" + Long.toHexString(bits) + ", of which others have"
                                + " a part, or which is not within 0x" + Long.toHexString(cache.mask())
                                + ", or of less than " + cache.leastBits() + " bits");
            }
            taken |= bits;
            granted.put(entry.getKey(), bits);
        }
        return granted;
    }

    /// One above the other in the order of their names. Small ones have theirs first, as they are rounded up; the
    /// largest has what is left of all that is asked for.
    private Map<String, Long> parts(Map<String, Share> shares, int id) throws IOException {
        var percents = new TreeMap<String, Integer>();
        for (var entry : shares.entrySet()) {
            if (!(entry.getValue() instanceof Share.Percent(var low, var high)) || low != 0) {
                throw wrong(
                        id,
                        "partition " + entry.getKey() + " has a range of percents, or bits where others have percents");
            }
            percents.put(entry.getKey(), high);
        }
        var total = percents.values().stream().mapToInt(Integer::intValue).sum();
        if (total > Share.HUNDRED) {
            throw wrong(id, "the partitions have " + total + "% together");
        }
        var granted = new HashMap<String, Long>();
        var shift = Long.numberOfTrailingZeros(cache.mask());
        for (var entry : widths(percents, total, id).entrySet()) {
            granted.put(entry.getKey(), Share.block(entry.getValue()) << shift);
            shift += entry.getValue();
        }
        return granted;
    }

    private Map<String, Integer> widths(Map<String, Integer> percents, int total, int id) throws IOException {
        var smallFirst = new ArrayList<>(percents.entrySet());
        smallFirst.sort(Map.Entry.comparingByValue());
        var all = total * Share.width(cache.mask()) / Share.HUNDRED;
        var left = all;
        var widths = new TreeMap<String, Integer>();
        for (var entry : smallFirst) {
            if (left < cache.leastBits()) {
                throw wrong(id, "there are too few bits for so many partitions");
            }
            var part = entry.getValue() * left / (left * total / all);
            var isLast = widths.size() == smallFirst.size() - 1;
            var width = isLast ? left : Math.min(left, Math.max(part, cache.leastBits()));
            widths.put(entry.getKey(), width);
            left -= width;
        }
        return widths;
    }

    private IOException wrong(int id, String why) {
        return new IOException(name() + " of cache " + id + ": " + why);
    }
}
