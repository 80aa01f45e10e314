package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.engine.Invalid;
import dev.carafe.runtime.CgroupManager;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CgroupsPathTest {
    private static String path(String parent, CgroupManager manager) {
        var none = Path.of("");
        return CgroupsPath.of(new PodRuntime("pod1", Map.of(), none, none, none, none, parent, manager), "c1");
    }

    @ParameterizedTest
    @CsvSource({
        "/kubepods/pod1, /kubepods/pod1/crio-c1",
        "kubepods/pod1/, /kubepods/pod1/crio-c1",
        "/a//b,          /a/b/crio-c1",
        "/,              /crio-c1"
    })
    void cgroupfsHasTheGroupBelowThePods(String parent, String expected) {
        assertEquals(expected, path(parent, CgroupManager.CGROUPFS));
    }

    @Test
    void systemdHasAScopeInThePodsSlice() {
        assertEquals("kubepods-pod1.slice:crio:c1", path("/kubepods.slice/kubepods-pod1.slice", CgroupManager.SYSTEMD));
        assertEquals("system.slice:crio:c1", path("system.slice", CgroupManager.SYSTEMD));
    }

    @ParameterizedTest
    @CsvSource({
        "/a/../../b, CGROUPFS",
        "/a/./b, CGROUPFS",
        "/a:b, CGROUPFS",
        "/kubepods.slice, CGROUPFS",
        "/kubepods, SYSTEMD",
        "a:b.slice, SYSTEMD",
        "../x.slice, SYSTEMD"
    })
    void aParentThatIsNotTheManagersIsRefused(String parent, CgroupManager manager) {
        Refusals.refused(Invalid.class, "linux.cgroup_parent", () -> path(parent, manager));
    }
}
