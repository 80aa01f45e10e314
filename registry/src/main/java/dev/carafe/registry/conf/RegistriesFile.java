package dev.carafe.registry.conf;

import dev.carafe.oci.Reference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tomlj.Toml;
import org.tomlj.TomlTable;

/// Reads one file in version 2 of the format.
final class RegistriesFile {
    /// Bytes; the largest lists of aliases have a twentieth of it.
    private static final int LARGEST = 1 << 20;

    /// One mistake of syntax makes the parser see more.
    private static final int MOST_SYNTAX_ERRORS = 3;

    private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final Path file;
    private final Findings findings;

    private RegistriesFile(Path file, Findings findings) {
        this.file = file;
        this.findings = findings;
    }

    /// What one file says. What it does not mention is empty.
    record Content(
            List<RegistryRule> rules,
            Optional<List<String>> searchRegistries,
            Map<String, String> aliases,
            ShortNameMode shortNameMode,
            Optional<List<String>> credentialHelpers) {}

    /// Empty when it is wrong; the findings then say how.
    static Optional<Content> read(Path file, Findings findings) throws IOException {
        var reader = new RegistriesFile(file, findings);
        return reader.text().flatMap(reader::parse).flatMap(reader::content);
    }

    private Optional<String> text() throws IOException {
        // Who may write it decides where the images come from that run here.
        if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE)) {
            return unusable("every user may write here; take that away (chmod o-w)");
        }
        if (!Files.isRegularFile(file)) {
            return unusable("this is not a file");
        }
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(LARGEST + 1);
            return bytes.length > LARGEST
                    ? unusable("this file has more than " + LARGEST + " bytes")
                    : Optional.of(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            return unusable("this file is not text in UTF-8");
        }
    }

    private Optional<String> unusable(String reason) {
        findings.wrong(file.toString(), reason);
        return Optional.empty();
    }

    private Optional<TomlTable> parse(String text) {
        try {
            var toml = Toml.parse(text);
            var errors = toml.errors();
            for (var error : errors.subList(0, Math.min(errors.size(), MOST_SYNTAX_ERRORS))) {
                findings.wrong(
                        file + ":" + error.position().line(),
                        "not valid TOML, column " + error.position().column() + ": " + error.getMessage());
            }
            return errors.isEmpty() ? Optional.of(toml) : Optional.empty();
        } catch (StackOverflowError e) { // the parser descends by recursion
            findings.wrong(file.toString(), "values are nested too deeply");
            return Optional.empty();
        }
    }

    private Optional<Content> content(TomlTable toml) {
        var top = new Section(file, toml, "", findings);
        if (top.has("registries")) {
            top.wrong(
                    "registries",
                    "is of version 1 of this format, which is not read; write [[registry]] tables, and"
                            + " unqualified-search-registries for registries.search");
            return Optional.empty();
        }
        if (top.has("additional-layer-store-auth-helper")) {
            top.warn("additional-layer-store-auth-helper", "has no effect: there are no additional layer stores");
        }
        var content = new Content(
                new RuleTables(findings).read(top),
                top.texts("unqualified-search-registries").map(list -> searchRegistries(top, list)),
                aliases(top),
                shortNameMode(top),
                top.texts("credential-helpers").map(list -> helpers(top, list)));
        top.warnOfUnknown();
        return Optional.of(content);
    }

    private static List<String> searchRegistries(Section top, List<String> texts) {
        return texts.stream()
                .map(text -> Place.trimmed(text))
                .filter(host -> {
                    var isHost = Place.isHost(host);
                    if (!isHost) {
                        top.wrong(
                                "unqualified-search-registries",
                                "must have hosts, with a dot or a port, not " + Findings.shown(host));
                    }
                    return isHost;
                })
                .toList();
    }

    private static ShortNameMode shortNameMode(Section top) {
        return switch (top.text("short-name-mode")) {
            case "" -> ShortNameMode.UNSET;
            case "enforcing" -> ShortNameMode.ENFORCING;
            case "permissive" -> ShortNameMode.PERMISSIVE;
            case "disabled" -> ShortNameMode.DISABLED;
            default -> {
                top.wrong("short-name-mode", "must be \"enforcing\", \"permissive\" or \"disabled\"");
                yield ShortNameMode.UNSET;
            }
        };
    }

    private static List<String> helpers(Section top, List<String> texts) {
        for (var text : texts) {
            if (!HELPER.matcher(text).matches()) {
                top.wrong(
                        "credential-helpers",
                        "must have names, the X of docker-credential-X, not " + Findings.shown(text));
            }
        }
        return texts;
    }

    /// One that stands for nothing takes away what an earlier file says.
    private static Map<String, String> aliases(Section top) {
        var found = new LinkedHashMap<String, String>();
        top.section("aliases").ifPresent(section -> {
            for (var name : section.keys()) {
                var value = section.text(name);
                if (!isBareName(name) || !Reference.isShort(name)) {
                    section.wrong(name, "is no short name: that has no registry, no tag and no digest");
                } else if (!value.isEmpty() && (!isBareName(value) || Reference.isShort(value))) {
                    section.wrong(
                            name,
                            "must be a registry and a repository without tag and digest, not " + Findings.shown(value));
                } else {
                    found.put(name, value);
                }
            }
        });
        return found;
    }

    private static boolean isBareName(String text) {
        try {
            Reference.parse(text);
            return Reference.withoutTagAndDigest(text).equals(text);
        } catch (IllegalArgumentException noName) {
            return false;
        }
    }
}
