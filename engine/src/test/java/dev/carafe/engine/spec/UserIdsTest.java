package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.IDMapping;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.MountPropagation;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.UserNamespace;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class UserIdsTest {
    private static final String FIELD = "linux.security_context.namespace_options.userns_options";
    private static final List<RuntimeSpec.IdMapping> SHIFTED = List.of(new RuntimeSpec.IdMapping(0, 131_072, 65_536));

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder.toRealPath());
        given.namespaces.put(NamespaceKind.USER, folder.resolve("user"));
        options(users());
    }

    private static IDMapping.Builder mapping() {
        return IDMapping.newBuilder().setHostId(131_072).setLength(65_536);
    }

    private static UserNamespace.Builder users() {
        return UserNamespace.newBuilder()
                .setMode(NamespaceMode.POD)
                .addUids(mapping())
                .addGids(mapping());
    }

    private void options(UserNamespace.Builder users) {
        given.pod
                .getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setPid(NamespaceMode.CONTAINER)
                .setUsernsOptions(users);
    }

    private void check() {
        PodConfigCheck.refuseUnsupported(given.pod.build(), given.host.build());
    }

    private Mount.Builder mapped() {
        return given.mount("/data", given.rootfs).addUidMappings(mapping()).addGidMappings(mapping());
    }

    private RuntimeSpec.Mount data() throws IOException {
        return given.build().spec().mounts().stream()
                .filter(mount -> mount.destination().equals("/data"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void idsBelowTheNodesLeastAreRefused() {
        new IdFloor(131_072, 131_072).require(given.pod.build());
        IdFloor.NONE.require(given.pod.build());
        Refusals.refused(
                Invalid.class, FIELD + ".uids.host_id", () -> new IdFloor(131_073, -1).require(given.pod.build()));
        Refusals.refused(
                Invalid.class, FIELD + ".gids.host_id", () -> new IdFloor(-1, 131_073).require(given.pod.build()));
        given.pod.clearLinux();
        new IdFloor(131_073, 131_073).require(given.pod.build());
    }

    @Test
    void containersJoinThePodsNamespaceWithItsIds() throws IOException {
        assertDoesNotThrow(this::check);
        var linux = given.build().spec().linux();
        assertEquals(SHIFTED, linux.uidMappings());
        assertEquals(SHIFTED, linux.gidMappings());
        assertEquals(
                new RuntimeSpec.Namespace("user", folder.resolve("user").toString()),
                linux.namespaces().getFirst());
    }

    @Test
    void modeNodeIsTheHosts() throws IOException {
        given.namespaces.remove(NamespaceKind.USER);
        options(UserNamespace.newBuilder().setMode(NamespaceMode.NODE));
        assertDoesNotThrow(this::check);
        assertFalse(UserIds.areOwn(given.pod.build()));
        assertTrue(given.build().spec().linux().uidMappings().isEmpty());
    }

    static Stream<Consumer<UserNamespace.Builder>> strangeMappings() {
        return Stream.of(
                users -> users.clearUids(),
                users -> users.clearGids(),
                users -> users.addUids(mapping()).addGids(mapping()),
                users -> users.setGids(0, mapping().setHostId(1)),
                users -> users.setUids(0, mapping().setContainerId(1))
                        .setGids(0, mapping().setContainerId(1)),
                users -> users.setUids(0, mapping().setHostId(0))
                        .setGids(0, mapping().setHostId(0)),
                users -> users.setUids(0, mapping().setLength(0))
                        .setGids(0, mapping().setLength(0)),
                users -> users.setUids(0, mapping().setHostId(-2))
                        .setGids(0, mapping().setHostId(-2)),
                users -> users.setMode(NamespaceMode.NODE),
                users -> users.setMode(NamespaceMode.CONTAINER),
                users -> users.setMode(NamespaceMode.TARGET),
                users -> users.setModeValue(9));
    }

    @ParameterizedTest
    @MethodSource("strangeMappings")
    void onlyOneRangeFromTheRootOnIsMappedAlikeForUsersAndGroups(Consumer<UserNamespace.Builder> change) {
        var users = users();
        change.accept(users);
        options(users);
        Refusals.refused(Invalid.class, FIELD, this::check);
    }

    @Test
    void namespacesOfTheHostDoNotGoWithIt() {
        var options = given.pod.getLinuxBuilder().getSecurityContextBuilder().getNamespaceOptionsBuilder();
        Refusals.refused(Invalid.class, FIELD, () -> {
            options.setNetwork(NamespaceMode.NODE);
            check();
        });
        options.setNetwork(NamespaceMode.POD).setIpc(NamespaceMode.NODE);
        Refusals.refused(Invalid.class, FIELD, this::check);
        options.setIpc(NamespaceMode.POD).setPid(NamespaceMode.NODE);
        Refusals.refused(Invalid.class, FIELD, this::check);
    }

    @Test
    void aContainerHasItsPodsOrSaysNothing() {
        var own = given.security().getNamespaceOptionsBuilder();
        own.setUsernsOptions(users());
        assertDoesNotThrow(() -> given.build());
        own.setUsernsOptions(
                users().setUids(0, mapping().setHostId(7)).setGids(0, mapping().setHostId(7)));
        Refusals.refused(Invalid.class, FIELD, () -> given.build());
        own.setUsernsOptions(UserNamespace.newBuilder().setMode(NamespaceMode.NODE));
        Refusals.refused(Invalid.class, FIELD, () -> given.build());
        own.clearUsernsOptions().setPid(NamespaceMode.NODE);
        Refusals.refused(Invalid.class, "linux.security_context.namespace_options.pid", () -> given.build());
    }

    @Test
    void aUserThatTheNamespaceLacksIsRefused() {
        given.security().setRunAsUser(Given.number(65_536));
        Refusals.refused(Invalid.class, "the container's user", () -> given.build());
    }

    @Test
    void aMountHasThePodsOwnersWhenItAsksForThem() throws IOException {
        mapped();
        assertEquals(SHIFTED, data().uidMappings());
        assertEquals(SHIFTED, data().gidMappings());
        given.container.clearMounts();
        given.mount("/data", given.rootfs);
        assertTrue(data().uidMappings().isEmpty());
    }

    @Test
    void aMountCanNotHaveOtherOwnersNorGiveMountsBackWithThem() {
        mapped().setUidMappings(0, mapping().setHostId(1));
        Refusals.refused(Invalid.class, "mounts /data: uidMappings", () -> given.build());
        given.container.clearMounts();
        mapped().setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL);
        Refusals.refused(Unsupported.class, "mounts /data: propagation", () -> given.build());
    }
}
