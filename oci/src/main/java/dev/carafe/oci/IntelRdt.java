package dev.carafe.oci;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A group below resctrl.
///
/// @param closId its name; null: the container's id. Without lines for its schemata it is one that is there
/// @param schemata lines, beside the two before
@Json
public record IntelRdt(
        @Json.Property("closID") @Nullable String closId,
        @Nullable String l3CacheSchema,
        @Nullable String memBwSchema,
        List<String> schemata,
        @Nullable Boolean enableMonitoring) {
    public IntelRdt(
            @Nullable String closId,
            @Nullable String l3CacheSchema,
            @Nullable String memBwSchema,
            @Nullable List<String> schemata,
            @Nullable Boolean enableMonitoring) {
        this.closId = closId;
        this.l3CacheSchema = l3CacheSchema;
        this.memBwSchema = memBwSchema;
        this.schemata = RuntimeSpec.list(schemata);
        this.enableMonitoring = enableMonitoring;
    }

    /// Whether none is more than a line (runtime-spec, IntelRdt).
    public boolean hasWholeLines() {
        return Stream.concat(Stream.of(l3CacheSchema, memBwSchema).filter(Objects::nonNull), schemata.stream())
                .noneMatch(line -> line.indexOf('\n') >= 0);
    }

    /// One that is there.
    public static IntelRdt of(String closId) {
        return new IntelRdt(closId, null, null, null, null);
    }
}
