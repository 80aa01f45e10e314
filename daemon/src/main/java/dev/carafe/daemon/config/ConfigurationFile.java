package dev.carafe.daemon.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/// Reads one file in the form of crio.conf(5).
final class ConfigurationFile {
    /// Bytes; CRI-O's own with all its comments has a hundredth of it.
    private static final int MAX_SIZE = 4 << 20;

    /// One mistake of syntax makes the parser see more.
    private static final int MAX_SYNTAX_ERRORS = 3;

    private final Path file;
    private final Findings findings;
    private final Document document = Document.empty();

    private ConfigurationFile(Path file, Findings findings) {
        this.file = file;
        this.findings = findings;
    }

    /// What the file says. What is wrong in it is found, and left out.
    ///
    /// @throws IOException when it can't be read
    static Document read(Path file, Findings findings) throws IOException {
        var reader = new ConfigurationFile(file, findings);
        reader.text().flatMap(reader::parse).ifPresent(toml -> reader.table(toml, "", "", reader.document.values()));
        return reader.document;
    }

    private Optional<String> text() throws IOException {
        if (AccessRights.everyoneMayWrite(file)) {
            return unusable(AccessRights.REFUSAL);
        }
        if (!Files.isRegularFile(file)) {
            return unusable("this is not a file");
        }
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                return unusable("this file has more than " + MAX_SIZE + " bytes");
            }
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return unusable("this file is not text in UTF-8");
        }
    }

    private Optional<String> unusable(String reason) {
        findings.wrong(Origin.file(file), reason);
        return Optional.empty();
    }

    private Optional<TomlTable> parse(String text) {
        TomlParseResult toml;
        try {
            toml = org.tomlj.Toml.parse(text);
        } catch (StackOverflowError e) { // the parser descends by recursion
            findings.wrong(Origin.file(file), "values are nested too deeply");
            return Optional.empty();
        }
        var errors = toml.errors();
        for (var error : errors.subList(0, Math.min(errors.size(), MAX_SYNTAX_ERRORS))) {
            findings.wrong(
                    Origin.line(file, error.position().line()),
                    "not valid TOML, column " + error.position().column() + ": " + error.getMessage());
        }
        return errors.isEmpty() ? Optional.of(toml) : Optional.empty();
    }

    /// @param declared the name of the table as it is declared
    /// @param named the name as the file has it, fit for a message
    private void table(TomlTable toml, String declared, String named, Values into) {
        for (var entry : toml.entrySet()) {
            var name = entry.getKey();
            var path = (named.isEmpty() ? "" : named + ".") + Toml.key(Toml.cut(name));
            var position = toml.inputPositionOf(List.of(name));
            var origin = position == null ? Origin.file(file) : Origin.line(file, position.line());
            var key = Tables.key(declared, name);
            var child = Tables.child(declared, name);
            if (key.isPresent()) {
                value(key.get(), path, entry.getValue(), origin, into);
            } else if (child.isEmpty()) {
                findings.warn(
                        origin,
                        "unknown " + (entry.getValue() instanceof TomlTable ? "table " : "key ") + path
                                + " is ignored; the nearest known one is " + Nearest.to(path, Tables.paths()));
            } else if (entry.getValue() instanceof TomlTable table) {
                child(table, child.get(), path, name, origin, into);
            } else {
                findings.wrong(origin, path + " must be a table, not " + Toml.shownValue(entry.getValue()));
            }
        }
    }

    private void child(TomlTable toml, String declared, String path, String name, Origin origin, Values into) {
        if (!declared.endsWith("." + Table.ANY_NAME)) {
            table(toml, declared, path, into);
        } else if (!Form.NAME.allows(name)) {
            findings.wrong(origin, path + " must be " + Form.NAME.expected());
        } else {
            var isHandler = declared.startsWith(HandlerKeys.TABLE_OF_TABLES);
            table(toml, declared, path, isHandler ? document.handler(name, origin) : document.workload(name, origin));
        }
    }

    private <T> void value(Key<T> key, String path, Object toml, Origin origin, Values into) {
        try {
            into.put(key, key.kind().fromToml(toml), origin);
        } catch (BadValue e) {
            findings.wrong(origin, path + " " + e.reason());
        }
    }
}
