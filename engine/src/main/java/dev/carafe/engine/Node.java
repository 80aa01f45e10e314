package dev.carafe.engine;

import dev.carafe.cri.v1.CgroupDriver;
import dev.carafe.cri.v1.LinuxRuntimeConfiguration;
import dev.carafe.cri.v1.RuntimeCondition;
import dev.carafe.cri.v1.RuntimeConfig;
import dev.carafe.cri.v1.RuntimeConfigResponse;
import dev.carafe.cri.v1.RuntimeFeatures;
import dev.carafe.cri.v1.RuntimeHandler;
import dev.carafe.cri.v1.RuntimeHandlerFeatures;
import dev.carafe.cri.v1.RuntimeStatus;
import dev.carafe.cri.v1.StatusResponse;
import dev.carafe.engine.container.Runtimes;
import dev.carafe.linux.CgroupMode;
import dev.carafe.network.CniNetwork;
import dev.carafe.network.NetworkStatus;
import dev.carafe.runtime.CgroupManager;
import dev.carafe.storage.StorageConfig;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;

/// The node as the kubelet sees it: what is ready, and what it can do. Safe for all threads.
public final class Node {
    private final RuntimeSettings settings;
    private final StorageConfig storage;
    private final CgroupMode cgroupMode;
    private final CniNetwork network;
    private final Runtimes runtimes;

    Node(
            RuntimeSettings settings,
            StorageConfig storage,
            CgroupMode cgroupMode,
            CniNetwork network,
            Runtimes runtimes) {
        this.settings = settings;
        this.storage = storage;
        this.cgroupMode = cgroupMode;
        this.network = network;
        this.runtimes = runtimes;
    }

    public StatusResponse status(boolean verbose) throws InterruptedException {
        var status = RuntimeStatus.newBuilder()
                .addConditions(
                        RuntimeCondition.newBuilder().setType("RuntimeReady").setStatus(true))
                .addConditions(networkReady());
        var response = StatusResponse.newBuilder().setStatus(status);
        // The kubelet asks for the default handler by its empty name.
        response.addRuntimeHandlers(handler("", runtimes.resolve("")));
        for (var handler : runtimes.handlers()) {
            response.addRuntimeHandlers(handler(handler.name(), handler.name()));
        }
        response.setFeatures(
                RuntimeFeatures.newBuilder().setSupplementalGroupsPolicy(true).setMountOptions(true));
        if (verbose) {
            response.putInfo("config", info().toJson());
        }
        return response.build();
    }

    private RuntimeHandler handler(String name, String resolved) throws InterruptedException {
        return RuntimeHandler.newBuilder()
                .setName(name)
                .setFeatures(RuntimeHandlerFeatures.newBuilder()
                        .setRecursiveReadOnlyMounts(
                                runtimes.get(resolved).features().hasRecursiveReadOnlyMounts())
                        .setUserNamespaces(runtimes.hasUserNamespaces(resolved)))
                .build();
    }

    private NodeInfo info() {
        return new NodeInfo(
                storage.root().toString(),
                storage.runRoot().toString(),
                settings.namespacesDirectory().toString(),
                settings.cgroupManager().name().toLowerCase(Locale.ROOT),
                cgroupMode.name().toLowerCase(Locale.ROOT),
                runtimes.resolve(""),
                runtimes.handlers().stream()
                        .map(h -> new NodeInfo.Handler(
                                h.name(), h.path().toString(), h.root().toString()))
                        .toList());
    }

    private RuntimeCondition networkReady() {
        var condition = RuntimeCondition.newBuilder().setType("NetworkReady");
        return switch (network.status()) {
            case NetworkStatus.Ready(var _, var problems) ->
                condition
                        .setStatus(true)
                        .setMessage(String.join("; ", problems))
                        .build();
            case NetworkStatus.NotReady(var reason, var message) ->
                condition.setStatus(false).setReason(reason).setMessage(message).build();
        };
    }

    /// What the kubelet has learned of its node: the ranges of pod addresses, several with commas between them.
    /// Nothing said changes nothing.
    ///
    /// @throws Invalid when one is no range
    public void update(RuntimeConfig told) throws IOException {
        var ranges = Stream.of(told.getNetworkConfig().getPodCidr().split(","))
                .map(String::strip)
                .filter(range -> !range.isEmpty())
                .toList();
        try {
            if (!ranges.isEmpty()) {
                network.usePodRanges(ranges);
            }
        } catch (IllegalArgumentException e) {
            throw new Invalid("runtime_config.network_config.pod_cidr: " + e.getMessage());
        }
    }

    public RuntimeConfigResponse runtimeConfig() {
        return RuntimeConfigResponse.newBuilder()
                .setLinux(LinuxRuntimeConfiguration.newBuilder()
                        .setCgroupDriver(
                                settings.cgroupManager() == CgroupManager.SYSTEMD
                                        ? CgroupDriver.SYSTEMD
                                        : CgroupDriver.CGROUPFS))
                .build();
    }
}
