package dev.carafe.registry;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The body of a refusal, in the forms of registries (distribution-spec, Error Codes) and of token services (RFC
/// 6749, section 5.2, and what is used besides).
@Json
record ErrorDocument(
        @Nullable List<Entry> errors,
        @Nullable String error,
        @Json.Property("error_description") @Nullable String description,
        @Nullable String message,
        @Nullable String details) {
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MOST_ENTRIES = 3;

    @Json
    record Entry(@Nullable String code, @Nullable String message) {
        String text() {
            return join(": ", code, message);
        }
    }

    /// One line, empty when there is nothing to read. Takes the answer's body.
    static String read(Answer answer) throws InterruptedException {
        try {
            return JsonText.parse(ErrorDocument.class, answer.readDocument(MAX_BYTES))
                    .map(ErrorDocument::text)
                    .orElse("");
        } catch (TransportException unreadable) {
            return ""; // the status says enough
        }
    }

    private String text() {
        var entries = errors == null ? List.<Entry>of() : errors;
        var listed = entries.stream()
                .filter(Objects::nonNull)
                .limit(MOST_ENTRIES)
                .map(Entry::text)
                .collect(Collectors.joining("; "));
        return Shown.of(join(": ", listed, error, description, message, details));
    }

    private static String join(String separator, @Nullable String... parts) {
        return Stream.of(parts).filter(p -> p != null && !p.isBlank()).collect(Collectors.joining(separator));
    }
}
