package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.engine.Unsupported;
import dev.carafe.linux.CgroupMode;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void withoutAnyOptionsTheProcessNamespaceIsTheContainersOwn() {
        given.security().clearNamespaceOptions();
        assertTrue(types().contains("pid"));
        given.pod
                .getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setPid(NamespaceMode.NODE);
        assertFalse(types().contains("pid"));
    }

    @Test
    void aSharedProcessNamespaceIsThePodsIfItHasOne() {
        given.security().getNamespaceOptionsBuilder().setPid(NamespaceMode.POD);
        Refusals.refused(Unsupported.class, "linux.security_context.namespace_options.pid", this::namespaces);
        given.namespaces.put(NamespaceKind.PID, folder.resolve("pid"));
        assertTrue(namespaces()
                .contains(new RuntimeSpec.Namespace("pid", folder.resolve("pid").toString())));
    }
}
