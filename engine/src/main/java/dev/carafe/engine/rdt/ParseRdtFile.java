package dev.carafe.engine.rdt;

import dev.carafe.engine.NumberList;
import dev.carafe.engine.edit.YamlText;
import dev.carafe.engine.rdt.RdtFile.Partition;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Takes the document apart, in which keys are in any case, and names in theirs.
final class ParseRdtFile {
    private static final String OPTIONS = "options";
    private static final String PARTITIONS = "partitions";
    private static final String CLASSES = "classes";
    private static final String KUBERNETES = "kubernetes";

    /// All caches that are not named.
    private static final String ALL = "all";

    private static final String PERCENT = "%";
    private static final String MEGABYTES = "MBps";

    /// No host has as many caches of one kind.
    private static final int CACHE_ID_BOUND = 8192;

    private ParseRdtFile() {}

    static RdtFile of(Object value) throws IOException {
        var document = keysOrNone(value, "the document");
        requireKnown(document, "", Set.of(OPTIONS, PARTITIONS));
        var partitions = new LinkedHashMap<String, Partition>();
        var names = new HashSet<String>();
        for (var entry : named(document.get(PARTITIONS), PARTITIONS).entrySet()) {
            partitions.put(entry.getKey(), partition(entry.getValue(), "partition " + entry.getKey(), names));
        }
        return new RdtFile(optional(document.get(OPTIONS)), partitions);
    }

    private static Set<Resource> optional(@Nullable Object options) throws IOException {
        var optional = EnumSet.noneOf(Resource.class);
        var keys = keysOrNone(options, OPTIONS);
        requireKnown(keys, OPTIONS + ": ", Set.of("l2", "l3", "mb"));
        for (var resource : Resource.values()) {
            var where = OPTIONS + "." + resource.option();
            var option = keysOrNone(keys.get(resource.option()), where);
            requireKnown(option, where + ": ", Set.of("optional"));
            if (isTrue(option.get("optional"), where + ".optional")) {
                optional.add(resource);
            }
        }
        return optional;
    }

    private static Partition partition(@Nullable Object value, String where, Set<String> names) throws IOException {
        var keys = keysOrNone(value, where);
        requireKnown(keys, where + ": ", Set.of("l2allocation", "l3allocation", "mballocation", CLASSES));
        var portion = portion(keys, where);
        var classes = new LinkedHashMap<String, RdtClass>();
        for (var entry : named(keys.get(CLASSES), where + ": classes").entrySet()) {
            var name = entry.getKey().isEmpty() ? RdtFile.ROOT : entry.getKey();
            requireName(name, where);
            if (!names.add(name)) {
                throw new IOException(where + ": class " + name + " is there twice");
            }
            classes.put(name, rdtClass(entry.getValue(), "class " + name, portion));
        }
        return new Partition(portion, classes);
    }

    /// A class is a folder.
    private static void requireName(String name, String where) throws IOException {
        if (!name.equals(RdtFile.ROOT) && !RdtClass.isName(name)) {
            throw new IOException(where + ": a class can't have the name " + name.replace('\0', '?'));
        }
    }

    private static RdtClass rdtClass(@Nullable Object value, String where, Portion partition) throws IOException {
        var keys = keysOrNone(value, where);
        requireKnown(keys, where + ": ", Set.of("l2allocation", "l3allocation", "mballocation", KUBERNETES));
        var portion = portion(keys, where);
        for (var resource : Resource.values()) {
            if (portion.has(resource) && !partition.has(resource)) {
                throw new IOException(where + ": has " + resource + ", and its partition has none");
            }
        }
        var kubernetes = keysOrNone(keys.get(KUBERNETES), where + ": kubernetes");
        requireKnown(kubernetes, where + ": kubernetes: ", Set.of("denypodannotation", "denycontainerannotation"));
        return new RdtClass(
                portion,
                isTrue(kubernetes.get("denypodannotation"), where + ": kubernetes.denyPodAnnotation"),
                isTrue(kubernetes.get("denycontainerannotation"), where + ": kubernetes.denyContainerAnnotation"));
    }

    private static Portion portion(Map<String, Object> keys, String where) throws IOException {
        return new Portion(
                caches(keys.get(Resource.L2.allocation()), where + ": l2Allocation"),
                caches(keys.get(Resource.L3.allocation()), where + ": l3Allocation"),
                memory(keys.get(Resource.MB.allocation()), where + ": mbAllocation"));
    }

    private static Optional<ById<CacheShare>> caches(@Nullable Object value, String where) throws IOException {
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(new ById<>(CacheShare.of(Share.parse(text, where)), Map.of()));
        }
        return Optional.of(
                byId(value, where, ParseRdtFile::cacheShare, CacheShare.of(new Share.Percent(0, Share.HUNDRED))));
    }

    private static CacheShare cacheShare(@Nullable Object value, String where) throws IOException {
        if (value instanceof String text) {
            return CacheShare.of(Share.parse(text, where));
        }
        var keys = keysOrNone(value, where);
        requireKnown(keys, where + ": ", Set.of("unified", "code", "data"));
        var unified = share(keys, "unified", where);
        var code = share(keys, "code", where);
        var data = share(keys, "data", where);
        if (unified.isEmpty() || code.isPresent() != data.isPresent()) {
            throw new IOException(where + ": needs unified, and may have code and data, both or none");
        }
        return new CacheShare(unified.get(), code, data);
    }

    private static Optional<Share> share(Map<String, Object> keys, String key, String where) throws IOException {
        var value = keys.get(key);
        return value == null
                ? Optional.empty()
                : Optional.of(Share.parse(text(value, where + "." + key), where + "." + key));
    }

    private static Optional<ById<Bandwidth>> memory(@Nullable Object value, String where) throws IOException {
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(
                value instanceof List<?>
                        ? new ById<>(bandwidth(value, where), Map.of())
                        : byId(value, where, ParseRdtFile::bandwidth, Bandwidth.WHOLE));
    }

    /// The first of each unit counts. Others are left out, as goresctrl promises it: a host that finds nothing in its
    /// own unit says so.
    private static Bandwidth bandwidth(@Nullable Object value, String where) throws IOException {
        var percent = OptionalInt.empty();
        var megabytes = OptionalLong.empty();
        for (var item : YamlText.list(value, where)) {
            var text = String.valueOf(item);
            if (text.endsWith(PERCENT) && percent.isEmpty()) {
                percent = OptionalInt.of((int) number(text, PERCENT, Share.HUNDRED, where));
            } else if (text.endsWith(MEGABYTES) && megabytes.isEmpty()) {
                megabytes = OptionalLong.of(number(text, MEGABYTES, Bandwidth.UNLIMITED_MEGABYTES, where));
            }
        }
        return new Bandwidth(percent, megabytes);
    }

    private static long number(String text, String unit, long highest, String where) throws IOException {
        try {
            var number = Long.parseLong(text.substring(0, text.length() - unit.length()));
            if (number >= 0 && number <= highest) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException(where + ": not a number before " + unit + ": " + text, e);
        }
        throw new IOException(where + ": not of 0 to " + highest + unit + ": " + text);
    }

    private interface Reading<T> {
        T of(@Nullable Object value, String where) throws IOException;
    }

    private static <T> ById<T> byId(Object value, String where, Reading<T> reading, T whole) throws IOException {
        var others = whole;
        var named = new LinkedHashMap<Integer, T>();
        for (var entry : named(value, where).entrySet()) {
            var at = where + "." + entry.getKey();
            var said = reading.of(entry.getValue(), at);
            if (entry.getKey().equals(ALL)) {
                others = said;
                continue;
            }
            for (var id : ids(entry.getKey(), at)) {
                if (named.put(id, said) != null) {
                    throw new IOException(at + ": cache " + id + " is there twice");
                }
            }
        }
        return new ById<>(others, named);
    }

    private static List<Integer> ids(String list, String where) throws IOException {
        try {
            var bits = NumberList.bits(list, CACHE_ID_BOUND);
            return IntStream.range(0, bits.bitLength())
                    .filter(bits::testBit)
                    .boxed()
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new IOException(where + ": neither all nor a list of caches (0,2-3)", e);
        }
    }

    /// Names and what each stands for, which may be nothing.
    private static Map<String, @Nullable Object> named(@Nullable Object value, String where) throws IOException {
        var named = new LinkedHashMap<String, @Nullable Object>();
        if (value == null) {
            return named;
        }
        if (!(value instanceof Map<?, ?> mapping)) {
            throw new IOException(where + " is not a mapping of names");
        }
        mapping.forEach((name, what) -> named.put(String.valueOf(name), what));
        return named;
    }

    /// A key that stands for nothing is as good as none.
    private static Map<String, Object> keysOrNone(@Nullable Object value, String where) throws IOException {
        if (value instanceof Map<?, ?> mapping) {
            var said = new LinkedHashMap<Object, Object>();
            mapping.forEach((key, what) -> {
                if (what != null) {
                    said.put(key, what);
                }
            });
            return YamlText.keys(said, where);
        }
        return value == null ? Map.of() : YamlText.keys(value, where);
    }

    private static void requireKnown(Map<String, Object> keys, String where, Set<String> known) throws IOException {
        for (var key : keys.keySet()) {
            if (!known.contains(key)) {
                throw new IOException(where + "unknown key " + key);
            }
        }
    }

    private static boolean isTrue(@Nullable Object value, String where) throws IOException {
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw new IOException(where + ": neither true nor false");
    }

    /// A number without quotation marks would be one of YAML's, 0xf0 as 240.
    private static String text(@Nullable Object value, String where) throws IOException {
        if (value instanceof String text) {
            return text;
        }
        throw new IOException(where + ": not a text in quotation marks");
    }
}
