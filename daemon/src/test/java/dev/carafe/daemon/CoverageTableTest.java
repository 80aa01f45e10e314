package dev.carafe.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.carafe.cri.v1.CreateContainerRequest;
import dev.carafe.cri.v1.CriProto;
import dev.carafe.cri.v1.RunPodSandboxRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// docs/cri-coverage.md has what the wire contract has; it and docs/faults.md name tests that exist.
class CoverageTableTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern MESSAGE = Pattern.compile("### (\\w+)\\n\\n(?:[^|#]+\\n\\n)?((?:\\|.*\\n)+)");
    private static final Pattern FIELD = Pattern.compile("\\| `(\\w+)` \\| ([^|]+) \\| ([^|]+) \\|");
    private static final Pattern ANSWERED_CALL = Pattern.compile("\\| \\w+ \\| answered\\b[^|]*\\|([^|]*)\\|");
    private static final Pattern TEST_METHOD = Pattern.compile("@(?:Parameterized)?Test\\b");
    private static final Pattern TEST_CLASS = Pattern.compile("\\b\\w+Test\\b");

    @Test
    void eachCallIsInTheTable() throws IOException {
        var calls = CriProto.getDescriptor().getServices().stream()
                .flatMap(service -> service.getMethods().stream())
                .map(MethodDescriptor::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        var rows = CoverageTable.calls("answered");
        rows.addAll(CoverageTable.calls("UNIMPLEMENTED"));
        assertEquals(calls, rows);
    }

    @Test
    void eachFieldOfAPodAndOfAContainerIsInTheTableOnce() throws IOException {
        var fields = new TreeMap<String, List<String>>();
        collect(RunPodSandboxRequest.getDescriptor(), fields);
        collect(CreateContainerRequest.getDescriptor(), fields);
        assertTrue(fields.size() > 20, fields::toString);

        var rows = MESSAGE.matcher(CoverageTable.text())
                .results()
                .collect(Collectors.toMap(
                        message -> message.group(1),
                        message -> FIELD.matcher(message.group(2))
                                .results()
                                .map(row -> row.group(1))
                                .toList()));

        assertEquals(fields, new TreeMap<>(rows));
    }

    /// Windows' are refused as a whole.
    private static void collect(Descriptor message, Map<String, List<String>> into) {
        if (message.getName().startsWith("Windows")
                || message.getOptions().getMapEntry()
                || into.containsKey(message.getName())) {
            return;
        }
        into.put(
                message.getName(),
                message.getFields().stream().map(FieldDescriptor::getName).toList());
        for (var field : message.getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                collect(field.getMessageType(), into);
            }
        }
    }

    @Test
    void theTestsThatItNamesExist() throws IOException {
        var tests = tests();
        var named = new TreeSet<String>();
        FIELD.matcher(CoverageTable.text()).results().forEach(row -> add(row, 3, named));
        ANSWERED_CALL.matcher(CoverageTable.text()).results().forEach(row -> add(row, 1, named));
        assertTrue(named.size() > 20, named::toString);
        named.removeAll(tests);
        assertEquals(Set.of(), named);
    }

    @Test
    void theTestsThatShowFaultsExist() throws IOException {
        var named = TEST_CLASS
                .matcher(Files.readString(PROJECT.resolve("docs/faults.md")))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(named.size() > 20, named::toString);
        named.removeAll(tests());
        assertEquals(Set.of(), named);
    }

    private static void add(MatchResult row, int group, Set<String> named) {
        named.addAll(List.of(row.group(group).strip().split(", ")));
    }

    private static Set<String> tests() throws IOException {
        var tests = new TreeSet<String>();
        try (var modules = Files.newDirectoryStream(PROJECT, module -> Files.isDirectory(module.resolve("src/test")))) {
            for (var module : modules) {
                try (var files = Files.walk(module.resolve("src/test"))) {
                    for (var file : files.filter(file -> file.toString().endsWith("Test.java"))
                            .toList()) {
                        if (TEST_METHOD.matcher(Files.readString(file)).find()) {
                            tests.add(file.getFileName().toString().replace(".java", ""));
                        }
                    }
                }
            }
        }
        return tests;
    }
}
