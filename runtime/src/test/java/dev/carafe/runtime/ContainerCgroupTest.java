package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerCgroupTest {
    @ParameterizedTest
    @CsvSource({
        "system.slice:crio:abc, /system.slice/crio-abc.scope",
        "kubepods-burstable-pod1_2.slice:crio:abc,"
                + " /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/crio-abc.scope",
        "-.slice:crio:abc, /crio-abc.scope"
    })
    void aScopeIsInItsSliceAndThatInThoseThatItsNameBeginsWith(String said, String path) {
        assertEquals(path, ContainerCgroup.ofSystemd(said));
    }

    @Test
    void whatIsNoSliceIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> ContainerCgroup.ofSystemd("/kubepods/crio-abc"));
        assertThrows(IllegalArgumentException.class, () -> ContainerCgroup.ofSystemd("kubepods:crio:abc"));
    }
}
