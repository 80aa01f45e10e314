package dev.carafe.runtime;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a runtime says that it can do (runtime-spec, features.md). One that does not answer can nothing of it.
///
/// @param mountOptions those that it knows
/// @param namespaces the kinds that it knows, in the words of the runtime spec
/// @param fields of a container's configuration that older ones leave out in silence, and it does not
public record RuntimeFeatures(Set<String> mountOptions, Set<String> namespaces, Set<SpecField> fields) {
    public static final RuntimeFeatures NONE = new RuntimeFeatures(Set.of(), Set.of(), Set.of());

    /// runc knew these long before it said so.
    private static final String RUNC = "org.opencontainers.runc.version";

    private static final Pattern VERSION = Pattern.compile("([0-9]+)\\.([0-9]+)\\.");

    private static final JsonType<Document> JSON = Jsonb.builder().build().type(Document.class);

    public RuntimeFeatures {
        mountOptions = Set.copyOf(mountOptions);
        namespaces = Set.copyOf(namespaces);
        fields = Set.copyOf(fields);
    }

    public boolean hasRecursiveReadOnlyMounts() {
        return mountOptions.contains("rro");
    }

    public boolean hasUserNamespaces() {
        return namespaces.contains("user");
    }

    /// What `features` prints.
    static RuntimeFeatures parse(String json) throws IOException {
        try {
            var document = ForeignJson.read(json, JSON::fromJson);
            var linux = document.linux == null ? new LinuxFeatures(null, null, null, null) : document.linux;
            return new RuntimeFeatures(set(document.mountOptions), set(linux.namespaces), fields(document, linux));
        } catch (BadJsonException | NullPointerException e) {
            throw new IOException(
                    "the runtime's features can't be read: " + RuntimeWords.of(String.valueOf(e.getMessage())), e);
        }
    }

    private static Set<SpecField> fields(Document document, LinuxFeatures linux) {
        var fields = EnumSet.noneOf(SpecField.class);
        var isRunc = document.annotations != null && document.annotations.containsKey(RUNC);
        var rdt = linux.intelRdt == null ? new RdtFeature(null, null, null) : linux.intelRdt;
        add(fields, SpecField.INTEL_RDT, isRunc || isTrue(rdt.enabled));
        add(fields, SpecField.RDT_SCHEMATA, isTrue(rdt.schemata));
        add(fields, SpecField.RDT_MONITORING, isTrue(rdt.monitoring));
        add(fields, SpecField.NET_DEVICES, linux.netDevices != null && isTrue(linux.netDevices.enabled));
        add(fields, SpecField.MEMORY_POLICY, linux.memoryPolicy != null);
        add(fields, SpecField.IO_PRIORITY, isAtLeastOneOne(document.ociVersionMax));
        add(fields, SpecField.SCHEDULER, isAtLeastOneOne(document.ociVersionMax));
        return fields;
    }

    /// That version brought both, and features have no words for them.
    private static boolean isAtLeastOneOne(@Nullable String version) {
        var found = VERSION.matcher(version == null ? "" : version);
        return found.lookingAt()
                && (!found.group(1).equals("1") || !found.group(2).equals("0"))
                && !found.group(1).equals("0");
    }

    private static void add(Set<SpecField> fields, SpecField field, boolean isKnown) {
        if (isKnown) {
            fields.add(field);
        }
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }

    private static Set<String> set(@Nullable List<String> words) {
        return words == null ? Set.of() : Set.copyOf(words);
    }

    @Json
    record Document(
            @Nullable String ociVersionMax,
            @Nullable List<String> mountOptions,
            @Nullable LinuxFeatures linux,
            @Nullable Map<String, String> annotations) {}

    @Json
    record LinuxFeatures(
            @Nullable List<String> namespaces,
            @Nullable RdtFeature intelRdt,
            @Nullable NetDevicesFeature netDevices,
            @Nullable MemoryPolicyFeature memoryPolicy) {}

    @Json
    record NetDevicesFeature(@Nullable Boolean enabled) {}

    @Json
    record MemoryPolicyFeature(@Nullable List<String> modes) {}

    @Json
    record RdtFeature(
            @Nullable Boolean enabled,
            @Nullable Boolean schemata,
            @Nullable Boolean monitoring) {}
}
