package dev.carafe.runtime;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a runtime says that it can do (runtime-spec, features.md). One that does not answer can nothing of it.
///
/// @param mountOptions those that it knows
/// @param namespaces the kinds that it knows, in the words of the runtime spec
public record RuntimeFeatures(Set<String> mountOptions, Set<String> namespaces) {
    public static final RuntimeFeatures NONE = new RuntimeFeatures(Set.of(), Set.of());

    private static final JsonType<Document> JSON = Jsonb.builder().build().type(Document.class);

    public RuntimeFeatures {
        mountOptions = Set.copyOf(mountOptions);
        namespaces = Set.copyOf(namespaces);
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
            var linux = document.linux == null ? null : document.linux.namespaces;
            return new RuntimeFeatures(set(document.mountOptions), set(linux));
        } catch (BadJsonException | NullPointerException e) {
            throw new IOException(
                    "the runtime's features can't be read: " + RuntimeWords.of(String.valueOf(e.getMessage())), e);
        }
    }

    private static Set<String> set(@Nullable List<String> words) {
        return words == null ? Set.of() : Set.copyOf(words);
    }

    @Json
    record Document(
            @Nullable List<String> mountOptions, @Nullable LinuxFeatures linux) {}

    @Json
    record LinuxFeatures(@Nullable List<String> namespaces) {}
}
