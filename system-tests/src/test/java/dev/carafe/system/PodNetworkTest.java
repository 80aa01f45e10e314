package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pods have addresses of their own on the bridge and reach each other.
@Tag("system")
class PodNetworkTest {
    @Test
    void twoPodsReachEachOtherOverTheBridge() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var serverConfig = cri.pod("server");
            var server = cri.run(serverConfig);
            cri.createAndStart(
                    server,
                    serverConfig,
                    Cri.container("web", stage.busybox(), "sh", "-c", "while :; do echo pong | nc -l -p 8080; done"));
            var clientConfig = cri.pod("client");
            var client = cri.run(clientConfig);
            var shell =
                    cri.createAndStart(client, clientConfig, Cri.container("shell", stage.busybox(), "sleep", "1000"));
            var address = cri.podStatus(server).getNetwork().getIp();
            assertNotEquals(address, cri.podStatus(client).getNetwork().getIp());
            Await.until(
                    "an answer of the other pod",
                    () -> cri.exec(shell, "sh", "-c", "nc -w 2 " + address + " 8080 </dev/null")
                            .getStdout()
                            .toStringUtf8()
                            .equals("pong\n"));
            assertTrue(
                    cri.exec(shell, "ip", "link", "show", "lo")
                            .getStdout()
                            .toStringUtf8()
                            .contains("UP"),
                    "loopback is up");
            cri.removePod(server);
            cri.removePod(client);
            stage.assertNothingIsLeft();
        }
    }
}
