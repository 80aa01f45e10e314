package dev.carafe.engine.state;

import dev.carafe.oci.ForeignJson;
import dev.carafe.storage.RecordFolder;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// The records of pods and of containers, and what connects them. Safe for all threads.
public record Stores(Store<PodRecord> pods, Store<ContainerRecord> containers) {
    /// Raised when a later version's documents can't be read by this one.
    private static final int SCHEMA = 1;

    /// @param folder where the records are
    public static Stores open(Path folder, InstantSource steady) throws IOException {
        var json = Jsonb.builder().build();
        return new Stores(
                Store.open("pod", RecordFolder.openQuick(podRecords(folder), SCHEMA), pods(json), steady),
                Store.open(
                        "container",
                        RecordFolder.openQuick(containerRecords(folder), SCHEMA),
                        containers(json),
                        steady));
    }

    static Path podRecords(Path folder) {
        return folder.resolve("pods");
    }

    static Path containerRecords(Path folder) {
        return folder.resolve("containers");
    }

    public Optional<PodRecord> podWith(PodKey key) {
        return pods.any(pod -> pod.key().equals(key));
    }

    public Optional<ContainerRecord> containerWith(ContainerKey key) {
        return containers.any(container -> container.key().equals(key));
    }

    public List<ContainerRecord> containersOf(PodId pod) {
        return containers.all().stream().filter(c -> c.pod().equals(pod)).toList();
    }

    private static Store.Codec<PodRecord> pods(Jsonb json) {
        JsonType<PodDocument> type = json.type(PodDocument.class);
        return new Store.Codec<>() {
            @Override
            public String write(PodRecord pod) {
                return type.toJson(PodDocument.of(pod));
            }

            @Override
            public PodRecord read(String document) throws IOException {
                return ForeignJson.read(document, type::fromJson).toRecord();
            }
        };
    }

    private static Store.Codec<ContainerRecord> containers(Jsonb json) {
        JsonType<ContainerDocument> type = json.type(ContainerDocument.class);
        return new Store.Codec<>() {
            @Override
            public String write(ContainerRecord container) {
                return type.toJson(ContainerDocument.of(container));
            }

            @Override
            public ContainerRecord read(String document) throws IOException {
                return ForeignJson.read(document, type::fromJson).toRecord();
            }
        };
    }
}
