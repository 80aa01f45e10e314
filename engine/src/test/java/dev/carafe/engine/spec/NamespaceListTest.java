package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.linux.CgroupMode;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class NamespaceListTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
        given.host.cgroupMode = CgroupMode.HYBRID;
    }

    private List<RuntimeSpec.Namespace> namespaces() {
        return NamespaceList.of(given.request(), given.host.build());
    }

    private List<String> types() {
        return namespaces().stream().map(RuntimeSpec.Namespace::type).toList();
    }

    @Test
    void thePodsAreJoinedAndTheOthersAreNew() {
        assertEquals(
                List.of(
                        new RuntimeSpec.Namespace(
                                "network", folder.resolve("net").toString()),
                        new RuntimeSpec.Namespace("ipc", folder.resolve("ipc").toString()),
                        new RuntimeSpec.Namespace("uts", folder.resolve("uts").toString()),
                        new RuntimeSpec.Namespace("pid", null),
                        new RuntimeSpec.Namespace("mount", null)),
                namespaces());
    }

    @Test
    void onCgroupV2OnlyAPrivilegedContainerSeesTheHostsGroups() {
        given.host.cgroupMode = CgroupMode.V2;
        assertTrue(types().contains("cgroup"));
        given.bePrivileged();
        assertFalse(types().contains("cgroup"));
    }

    @Test
    void theHostsAreThoseThatAreNotInTheList() {
        given.useHostNamespaces();
        given.security().getNamespaceOptionsBuilder().setPid(NamespaceMode.NODE);
        assertEquals(List.of("mount"), types());
    }

    @Test
    void aPodThatLostItsNamespacesIsABugAndNotTheHosts() {
        given.namespaces.remove(NamespaceKind.NETWORK);
        assertThrows(IllegalStateException.class, this::namespaces);
    }

    @Test
    void aContainerWithoutOptionsDoesAsItsPod() {
        given.security().clearNamespaceOptions();
        podsPid(NamespaceMode.CONTAINER);
        assertTrue(namespaces().contains(new RuntimeSpec.Namespace("pid", null)));
        podsPid(NamespaceMode.NODE);
        assertFalse(types().contains("pid"));
        given.pod.clearLinux();
        given.namespaces.put(NamespaceKind.PID, folder.resolve("pid"));
        assertTrue(namespaces().contains(pinned()), "sharing is the default of the CRI");
    }

    private void podsPid(NamespaceMode mode) {
        given.pod
                .getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setPid(mode);
    }

    private RuntimeSpec.Namespace pinned() {
        return new RuntimeSpec.Namespace("pid", folder.resolve("pid").toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"POD", "TARGET"})
    void aSharedProcessNamespaceIsJoinedWhereItIsPinned(NamespaceMode mode) {
        given.security().getNamespaceOptionsBuilder().setPid(mode);
        assertThrows(IllegalStateException.class, this::namespaces);
        given.namespaces.put(NamespaceKind.PID, folder.resolve("pid"));
        assertTrue(namespaces().contains(pinned()));
    }

    @Test
    void whatAPodHasOfTheHostItsContainersShareWithBoth() {
        podsPid(NamespaceMode.NODE);
        given.security().getNamespaceOptionsBuilder().setPid(NamespaceMode.POD);
        assertFalse(types().contains("pid"));
    }
}
