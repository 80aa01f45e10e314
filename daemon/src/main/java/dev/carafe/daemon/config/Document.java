package dev.carafe.daemon.config;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What a file says, or all files together. For one thread while it is filled.
///
/// @param values of the tables that there is one of
/// @param handlers `crio.runtime.runtimes`, by their names
/// @param workloads `crio.runtime.workloads`, by their names, with their resources
record Document(Values values, SequencedMap<String, Values> handlers, SequencedMap<String, Values> workloads) {
    static Document empty() {
        return new Document(new Values(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /// The values of a handler that may be new.
    Values handler(String name, Origin origin) {
        return handlers.computeIfAbsent(name, _ -> new Values(origin));
    }

    /// The values of a workload that may be new.
    Values workload(String name, Origin origin) {
        return workloads.computeIfAbsent(name, _ -> new Values(origin));
    }

    /// Adds what was read later; tables that the operator named are merged key by key.
    void merge(Document later) {
        values.merge(later.values);
        later.handlers.forEach(
                (name, handler) -> handler(name, handler.origin()).merge(handler));
        later.workloads.forEach(
                (name, workload) -> workload(name, workload.origin()).merge(workload));
    }
}
