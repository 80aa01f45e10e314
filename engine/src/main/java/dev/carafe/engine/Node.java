package dev.carafe.engine;

import dev.carafe.cri.v1.CgroupDriver;
import dev.carafe.cri.v1.LinuxRuntimeConfiguration;
import dev.carafe.cri.v1.RuntimeCondition;
import dev.carafe.cri.v1.RuntimeConfigResponse;
import dev.carafe.cri.v1.RuntimeHandler;
import dev.carafe.cri.v1.RuntimeStatus;
import dev.carafe.cri.v1.StatusResponse;
import dev.carafe.network.CniNetwork;
import dev.carafe.network.NetworkStatus;
import dev.carafe.runtime.CgroupManager;

/// The node as the kubelet sees it: what is ready, and what it can do. Safe for all threads.
public final class Node {
    private final RuntimeSettings settings;
    private final CniNetwork network;

    Node(RuntimeSettings settings, CniNetwork network) {
        this.settings = settings;
        this.network = network;
    }

    public StatusResponse status() {
        var status = RuntimeStatus.newBuilder()
                .addConditions(
                        RuntimeCondition.newBuilder().setType("RuntimeReady").setStatus(true))
                .addConditions(networkReady());
        var response = StatusResponse.newBuilder().setStatus(status);
        // The kubelet asks for the default handler by its empty name.
        response.addRuntimeHandlers(RuntimeHandler.newBuilder().setName(""));
        settings.handlers()
                .forEach(h -> response.addRuntimeHandlers(RuntimeHandler.newBuilder().setName(h.name())));
        return response.build();
    }

    private RuntimeCondition networkReady() {
        var condition = RuntimeCondition.newBuilder().setType("NetworkReady");
        return switch (network.status()) {
            case NetworkStatus.Ready _ -> condition.setStatus(true).build();
            case NetworkStatus.NotReady(var reason, var message) ->
                condition.setStatus(false).setReason(reason).setMessage(message).build();
        };
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
