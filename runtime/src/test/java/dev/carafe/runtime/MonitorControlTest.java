package dev.carafe.runtime;

import dev.carafe.runtime.StreamPeer.WindowSize;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("system")
class MonitorControlTest {
    /// Read together, the last of them would be lost.
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void theLastOfManyRequestsIsHeeded(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var runtime = host.runtime();
            var command = List.of("/bin/sh", "-c", "while :; do stty size; sleep 0.02; done");
            Bundle.write(host.bundle(id), host.spec(id, true, null, command));
            runtime.create(new ContainerProcess(id, "test", host.bundle(id), host.log(id), true, false, false, -1, ""));
            runtime.start(id);
            for (var rows = 30; rows < 60; rows++) {
                MonitorControl.resize(host.files(id), new WindowSize(100, 100));
                MonitorControl.resize(host.files(id), new WindowSize(rows, 80));
                var last = " " + rows + " 80\r\n";
                Await.until(() -> host.logText(id).endsWith(last));
            }
            runtime.delete(id);
        }
    }
}
