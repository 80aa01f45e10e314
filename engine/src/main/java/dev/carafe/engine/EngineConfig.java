package dev.carafe.engine;

import dev.carafe.engine.spec.ContainerDefaults;
import dev.carafe.network.NetworkConfig;
import dev.carafe.nri.NriConfig;
import dev.carafe.registry.RegistryConfig;
import dev.carafe.storage.StorageConfig;
import dev.carafe.trust.TrustConfig;

/// The node's configuration as far as the engine and the modules below it read it.
public record EngineConfig(
        StorageConfig storage,
        RegistryConfig registry,
        TrustConfig trust,
        NetworkConfig network,
        RuntimeSettings runtime,
        ContainerDefaults containers,
        ImageSettings images,
        SandboxSettings sandboxes,
        StatsSettings stats,
        NriConfig nri) {}
