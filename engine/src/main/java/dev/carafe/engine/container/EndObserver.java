package dev.carafe.engine.container;

/// Is told of each container's end, once it is on record. Must not block.
@FunctionalInterface
public interface EndObserver {
    /// @param name as the node's tools have it, see [Inspected#name()]
    /// @param reason as ContainerStatus has it
    void ended(String name, String reason);
}
