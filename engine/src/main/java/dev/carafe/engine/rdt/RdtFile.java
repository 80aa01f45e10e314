package dev.carafe.engine.rdt;

import dev.carafe.engine.edit.YamlText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The classes that a node has for containers: a file of YAML in goresctrl's form. Partitions share caches out among
/// each other, and the classes of one have of its part what each of them is given. Nothing in it depends on the host.
///
/// @param optional what may be given to classes also where the kernel has none of it
/// @param partitions by their names, in order
public record RdtFile(Set<Resource> optional, Map<String, Partition> partitions) {
    /// The class of everything that is in no other.
    public static final String ROOT = "system/default";

    public RdtFile {
        optional = Set.copyOf(optional);
        partitions = Collections.unmodifiableMap(new TreeMap<>(partitions));
    }

    /// @param classes by their names, in order
    record Partition(Portion portion, Map<String, RdtClass> classes) {
        Partition {
            classes = Collections.unmodifiableMap(new TreeMap<>(classes));
        }
    }

    /// @throws IOException says what is wrong with the file
    public static RdtFile read(Path file) throws IOException {
        return YamlText.read(file, "file of RDT classes", RdtFile::parse);
    }

    static RdtFile parse(String text) throws IOException {
        return ParseRdtFile.of(YamlText.read(text));
    }

    /// The class of that name.
    public Optional<RdtClass> of(String name) {
        return partitions.values().stream()
                .filter(partition -> partition.classes.containsKey(name))
                .findFirst()
                .map(partition -> partition.classes.get(name));
    }
}
