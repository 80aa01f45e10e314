package dev.carafe.engine.edit;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import dev.carafe.oci.RuntimeSpec;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A hook's file as it is written, schema 1.0.0 (oci-hooks(5)).
@Json
record HookDocument(
        @Nullable String version,
        RuntimeSpec.@Nullable Hook hook,
        @Nullable When when,
        @Nullable List<String> stages) {
    static final String VERSION = "1.0.0";

    private static final JsonType<HookDocument> JSON = Jsonb.instance().type(HookDocument.class);
    private static final JsonType<Versioned> VERSIONED = Jsonb.instance().type(Versioned.class);

    /// When it is added: if all that is said is so.
    @Json
    record When(
            @Nullable Boolean always,
            @Nullable Map<String, @Nullable String> annotations,
            @Nullable List<String> commands,
            @Nullable Boolean hasBindMounts) {}

    /// Older files say nothing here.
    @Json
    record Versioned(@Nullable String version) {}

    /// @throws IOException says what is wrong
    static HookDocument parse(String text) throws IOException {
        try {
            var version = ForeignJson.read(text, VERSIONED::fromJson).version();
            if (!VERSION.equals(version)) {
                throw new IOException(
                        version == null
                                ? "no version; hooks of schema " + VERSION + " have one"
                                : "version " + version + " of hooks is not known, only " + VERSION);
            }
            return ForeignJson.read(text, JSON::fromJson);
        } catch (BadJsonException e) {
            throw new IOException("not the JSON of a hook: " + e.getMessage(), e);
        }
    }
}
