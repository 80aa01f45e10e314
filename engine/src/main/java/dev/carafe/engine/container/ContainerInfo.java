package dev.carafe.engine.container;

import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.oci.RuntimeSpec;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;

/// What a verbose ContainerStatus tells people, with the peers' names.
@Json
record ContainerInfo(String sandboxID, int pid, @Json.Raw String runtimeSpec) {
    static ContainerInfo of(ContainerRecord container, RuntimeSpec spec) {
        return new ContainerInfo(
                container.pod().value(), container.making().process().pid(), spec.toJson());
    }

    String toJson() {
        return Jsonb.builder().build().type(ContainerInfo.class).toJson(this);
    }
}
