package dev.carafe.cri.v1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Holds our api.proto against the facts of the wire contract: every call, message, field number, type and enum value,
/// in both directions, so that nothing is missing and nothing was invented.
class WireContractTest {
    private static final FileDescriptor FILE = CriProto.getDescriptor();

    @Test
    void everyCallMessageAndEnumIsAsTheFactsSayAndNoOthersExist() throws IOException {
        var found = new TreeMap<String, List<String>>();
        FILE.getServices().forEach(s -> found.put("service " + s.getName(), calls(s)));
        FILE.getEnumTypes().forEach(e -> found.put("enum " + e.getName(), values(e)));
        for (var message : FILE.getMessageTypes()) {
            found.put(
                    "message " + message.getName(),
                    message.getFields().stream().map(WireContractTest::row).toList());
            message.getEnumTypes().forEach(e -> found.put("enum " + message.getName() + "." + e.getName(), values(e)));
        }
        var facts = facts();
        assertEquals(String.join("\n", facts.keySet()), String.join("\n", found.keySet()));
        facts.forEach((name, rows) -> assertEquals(rows, found.get(name), name));
    }

    @Test
    void thereAre43Calls() {
        assertEquals(
                43,
                FILE.getServices().stream().mapToInt(s -> s.getMethods().size()).sum());
    }

    @Test
    void thePackageIsTheOneThatTheKubeletAsksFor() {
        assertEquals("runtime.v1", FILE.getPackage());
    }

    private static List<String> calls(ServiceDescriptor service) {
        return service.getMethods().stream().map(WireContractTest::row).toList();
    }

    private static String row(MethodDescriptor call) {
        var response = (call.isServerStreaming() ? "stream " : "")
                + call.getOutputType().getName();
        return String.join("\t", call.getName(), call.getInputType().getName(), response);
    }

    private static List<String> values(EnumDescriptor type) {
        return type.getValues().stream()
                .map(v -> v.getNumber() + "\t" + v.getName())
                .toList();
    }

    private static String row(FieldDescriptor field) {
        return field.getNumber() + "\t" + type(field) + "\t" + field.getName();
    }

    private static String type(FieldDescriptor field) {
        if (field.isMapField()) {
            var entry = field.getMessageType();
            return "map<" + single(entry.findFieldByName("key")) + "," + single(entry.findFieldByName("value")) + ">";
        }
        return (field.isRepeated() ? "repeated " : "") + single(field);
    }

    private static String single(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getName();
            case ENUM -> field.getEnumType().getName();
            default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    }

    /// The facts file: a heading `kind name`, then rows of tab-separated columns; `#` starts a comment.
    private static SortedMap<String, List<String>> facts() throws IOException {
        var facts = new TreeMap<String, List<String>>();
        try (var in = WireContractTest.class.getResourceAsStream("/cri-v1.txt")) {
            List<String> rows = List.of();
            for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                if (line.startsWith("  ")) {
                    var columns = line.strip().split("\t");
                    rows.add(String.join("\t", List.of(columns).subList(0, Math.min(3, columns.length))));
                } else {
                    rows = new ArrayList<>();
                    facts.put(line.strip(), rows);
                }
            }
        }
        return facts;
    }
}
