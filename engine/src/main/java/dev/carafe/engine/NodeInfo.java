package dev.carafe.engine;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.util.List;

/// What a verbose Status tells people: what this node runs with.
@Json
record NodeInfo(
        String storageRoot,
        String runRoot,
        String namespacesDirectory,
        String cgroupManager,
        String cgroupMode,
        String defaultRuntimeHandler,
        List<Handler> runtimeHandlers) {

    @Json
    record Handler(String name, String path, String root) {}

    String toJson() {
        return Jsonb.builder().build().type(NodeInfo.class).toJson(this);
    }
}
