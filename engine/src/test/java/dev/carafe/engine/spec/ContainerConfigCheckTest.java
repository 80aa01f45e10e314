package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.carafe.cri.v1.CDIDevice;
import dev.carafe.cri.v1.IDMapping;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.MountPropagation;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.SELinuxOption;
import dev.carafe.cri.v1.UserNamespace;
import dev.carafe.cri.v1.WindowsContainerConfig;
import dev.carafe.engine.EngineException;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ContainerConfigCheckTest {
    private static final String SECURITY = "linux.security_context.";
    private static final String NAMESPACES = SECURITY + "namespace_options.";

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private void check() {
        ContainerConfigCheck.refuseUnsupported(given.container.build(), given.pod.build(), given.host.build());
    }

    @Test
    void theKubeletsRequestPasses() throws IOException {
        given.asOfTheKubelet();
        given.security().getNamespaceOptionsBuilder().getUsernsOptionsBuilder().setMode(NamespaceMode.NODE);
        assertDoesNotThrow(this::check);
    }

    private static Arguments invalid(String field, Consumer<Given> change) {
        return Arguments.of(Invalid.class, field, change);
    }

    private static Arguments unsupported(String field, Consumer<Given> change) {
        return Arguments.of(Unsupported.class, field, change);
    }

    private static Arguments mount(String field, Consumer<Mount.Builder> change) {
        return invalid(field, given -> change.accept(given.mount("/data", Path.of("/srv"))));
    }

    private static Mount.Builder image(Mount.Builder mount) {
        return mount.clearHostPath()
                .setImage(ImageSpec.newBuilder().setImage("example.org/data:1"))
                .setReadonly(true);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                unsupported(
                        "windows", given -> given.container.setWindows(WindowsContainerConfig.getDefaultInstance())),
                invalid("CDI_devices", given -> given.container.addCDIDevices(CDIDevice.getDefaultInstance())),
                invalid("stop_signal", given -> given.container.setStopSignalValue(999)),
                invalid(
                        "metadata.name",
                        given -> given.container.getMetadataBuilder().setName("a\0b")),
                invalid(
                        "metadata.name",
                        given -> given.container.getMetadataBuilder().setName("a".repeat(1025))),
                invalid("log_path", given -> given.container.setLogPath("../other/0.log")),
                invalid("log_path", given -> given.container.setLogPath("web/..")),
                invalid("log_path", given -> given.container.setLogPath("a\0b")),
                invalid("devices", given -> given.container.addDevicesBuilder().setHostPath("null")),
                invalid("mounts or devices", given -> {
                    for (var i = 0; i <= 4096; i++) {
                        given.mount("/data", Path.of("/srv"));
                    }
                }));
    }

    static Stream<Arguments> refusalsOfMounts() {
        return Stream.of(
                mount("mounts.container_path", mount -> mount.setContainerPath("")),
                mount("mounts.container_path", mount -> mount.setContainerPath("data")),
                mount("mounts.container_path", mount -> mount.setContainerPath("/a\0b")),
                mount("mounts /a/..: container_path", mount -> mount.setContainerPath("/a/..")),
                mount("mounts /data: host_path", mount -> mount.setHostPath("")),
                mount("mounts /data: host_path", mount -> mount.setHostPath("srv")),
                mount("mounts /data: propagation", mount -> mount.setPropagationValue(9)),
                mount("mounts /data: recursive_read_only", mount -> mount.setRecursiveReadOnly(true)),
                mount(
                        "mounts /data: recursive_read_only",
                        mount -> mount.setRecursiveReadOnly(true)
                                .setReadonly(true)
                                .setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER)),
                mount("mounts /data: image", mount -> mount.setImage(ImageSpec.getDefaultInstance())),
                mount("mounts /data: image_sub_path", mount -> mount.setImageSubPath("x")),
                mount("mounts /data: host_path", mount -> image(mount).setHostPath("/srv")),
                mount("mounts /data: readonly", mount -> image(mount).setReadonly(false)),
                mount(
                        "mounts /data: propagation",
                        mount -> image(mount).setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL)),
                mount("mounts /data: image_sub_path", mount -> image(mount).setImageSubPath("/x")),
                mount("mounts /data: image_sub_path", mount -> image(mount).setImageSubPath("a/../../x")),
                mount("mounts /data: image_sub_path", mount -> image(mount).setImageSubPath("a\0b")),
                mount("mounts /data: mount_options", mount -> mount.addMountOptions("bind")),
                mount("mounts /data: mount_options", mount -> mount.addMountOptions("size=1,lowerdir=/")),
                mount(
                        "mounts /data: mount_options",
                        mount -> mount.addMountOptions("exec").addMountOptions("noexec")),
                mount("mounts /data: mount_options", mount -> image(mount).addMountOptions("suid")),
                mount("mounts /data: uidMappings", mount -> mount.addUidMappings(IDMapping.getDefaultInstance())),
                mount("mounts /data: uidMappings", mount -> mount.addGidMappings(IDMapping.getDefaultInstance())));
    }

    static Stream<Arguments> refusalsOfSecurity() {
        return Stream.of(
                invalid(SECURITY + "selinux_options.type", given -> {
                    given.host.selinux = true;
                    given.security()
                            .setSelinuxOptions(SELinuxOption.newBuilder().setType("a:b"));
                }),
                invalid(SECURITY + "selinux_options.level", given -> {
                    given.host.selinux = true;
                    given.security()
                            .setSelinuxOptions(SELinuxOption.newBuilder().setLevel("s0\""));
                }),
                invalid(SECURITY + "privileged", given -> given.security().setPrivileged(true)),
                invalid(
                        SECURITY + "run_as_user and run_as_username",
                        given -> given.security().setRunAsUser(Given.number(1)).setRunAsUsername("web")),
                invalid(SECURITY + "run_as_group", given -> given.security().setRunAsGroup(Given.number(1))),
                invalid(NAMESPACES + "pid", given -> {
                    given.pod
                            .getLinuxBuilder()
                            .getSecurityContextBuilder()
                            .getNamespaceOptionsBuilder()
                            .setPid(NamespaceMode.CONTAINER);
                    given.security().getNamespaceOptionsBuilder().setPid(NamespaceMode.POD);
                }),
                invalid(
                        NAMESPACES + "target_id",
                        given -> given.security().getNamespaceOptionsBuilder().setPid(NamespaceMode.TARGET)),
                invalid(
                        NAMESPACES + "pid",
                        given -> given.security().getNamespaceOptionsBuilder().setPidValue(17)),
                invalid(
                        NAMESPACES + "target_id",
                        given -> given.security().getNamespaceOptionsBuilder().setTargetId("c1")),
                invalid(
                        NAMESPACES + "network",
                        given -> given.security().getNamespaceOptionsBuilder().setNetwork(NamespaceMode.NODE)),
                invalid(
                        NAMESPACES + "network",
                        given -> given.security().getNamespaceOptionsBuilder().setNetwork(NamespaceMode.CONTAINER)),
                invalid(
                        NAMESPACES + "ipc",
                        given -> given.security().getNamespaceOptionsBuilder().setIpc(NamespaceMode.NODE)),
                invalid(
                        NAMESPACES + "userns_options",
                        given -> given.security()
                                .getNamespaceOptionsBuilder()
                                .setUsernsOptions(UserNamespace.newBuilder().setMode(NamespaceMode.POD))));
    }

    @ParameterizedTest
    @MethodSource({"refusals", "refusalsOfMounts", "refusalsOfSecurity"})
    void whatCannotBeKeptIsRefusedByItsField(
            Class<? extends EngineException> how, String field, Consumer<Given> change) {
        change.accept(given);
        Refusals.refused(how, field, this::check);
    }

    @Test
    void labelsMeanNothingOnAHostWithoutSelinux() {
        given.mount("/data", Path.of("/srv")).setSelinuxRelabel(true);
        given.security().setSelinuxOptions(SELinuxOption.newBuilder().setType("container_t"));
        assertDoesNotThrow(this::check);
    }

    @Test
    void aContainerIsAsNearToTheHostAsItsPod() {
        given.useHostNamespaces();
        given.security()
                .getNamespaceOptionsBuilder()
                .setNetwork(NamespaceMode.NODE)
                .setIpc(NamespaceMode.NODE)
                .setPid(NamespaceMode.NODE);
        assertDoesNotThrow(this::check);
        given.bePrivileged();
        assertDoesNotThrow(this::check);
    }

    @Test
    void processesAreSharedInThePodAndWithATarget() {
        given.security().getNamespaceOptionsBuilder().setPid(NamespaceMode.POD);
        assertDoesNotThrow(this::check);
        given.security()
                .getNamespaceOptionsBuilder()
                .setPid(NamespaceMode.TARGET)
                .setTargetId("c1");
        assertDoesNotThrow(this::check);
    }

    @Test
    void anImageIsMountedAsTheKubeletAsksForIt() {
        image(given.mount("/data", Path.of("/"))).setImageSubPath("a/b").setRecursiveReadOnly(true);
        assertDoesNotThrow(this::check);
    }

    @Test
    void dotsInALogsNameAreNoWayOut() {
        given.container.setLogPath("web../0..log");
        assertDoesNotThrow(this::check);
    }
}
