package dev.carafe.engine.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.LinuxContainerUser;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.PodId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstProcessTest {
    private static final String ID = "a".repeat(64);

    @ParameterizedTest
    @CsvSource({
        "12:memory:/kubepods/pod1/crio-abc, true",
        "0::/kubepods.slice/crio-abc.scope, true",
        "0::/kubepods.slice/crio-abc.scope/init.scope, true",
        "4:pids:/kubepods/crio-abc/below, true",
        "4:pids:/kubepods/crio-abcd, false",
        "4:pids:/kubepods/crio-abc.scoped, false",
        "4:pids:/kubepods/crio-conmon-abc, false",
        "0::/, false"
    })
    void onlyTheContainersOwnGroupIsItsPlace(String line, boolean inside) {
        assertEquals(inside, FirstProcess.isInside(line, "/crio-abc"));
    }

    @Test
    void aProcessElsewhereThatHasItsNumberIsNotTheContainers() {
        assertFalse(FirstProcess.isSeen(container((int) ProcessHandle.current().pid())));
        assertFalse(FirstProcess.isSeen(container(0)));
        assertFalse(FirstProcess.isSeen(container(Integer.MAX_VALUE)));
    }

    private static ContainerRecord container(int pid) {
        var process = new ContainerRecord.Process(pid, 0, 15, LinuxContainerUser.getDefaultInstance(), List.of());
        return new ContainerRecord(
                new ContainerId(ID),
                new PodId(ID),
                ContainerConfig.getDefaultInstance(),
                Instant.EPOCH,
                new ContainerRecord.Making(
                        "runc", "", "", List.of(), "", LinuxContainerResources.getDefaultInstance(), process),
                new ContainerState.Running(Instant.EPOCH));
    }
}
