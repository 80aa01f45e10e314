package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PortMapping;
import dev.carafe.cri.v1.SELinuxOption;
import dev.carafe.cri.v1.UserNamespace;
import dev.carafe.cri.v1.WindowsPodSandboxConfig;
import dev.carafe.engine.EngineException;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PodConfigCheckTest {
    private final PodSandboxConfig.Builder pod = PodSandboxConfig.newBuilder().setHostname("shop-1.example.org");
    private final TestHostFacts host = new TestHostFacts();

    private void check() {
        PodConfigCheck.refuseUnsupported(pod.build(), host.build());
    }

    @Test
    void theKubeletsRequestPasses() {
        pod.addPortMappings(PortMapping.newBuilder().setContainerPort(80).setHostPort(8080));
        pod.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setPid(NamespaceMode.CONTAINER);
        pod.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setSelinuxOptions(SELinuxOption.newBuilder().setLevel("s0"));
        assertDoesNotThrow(this::check);
    }

    private static Arguments refusal(
            Class<? extends EngineException> how, String field, Consumer<PodSandboxConfig.Builder> change) {
        return Arguments.of(how, field, change);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(
                        Unsupported.class,
                        "windows",
                        pod -> pod.setWindows(WindowsPodSandboxConfig.getDefaultInstance())),
                refusal(Invalid.class, "hostname", pod -> pod.setHostname("x".repeat(65))),
                refusal(Invalid.class, "hostname", pod -> pod.setHostname("x\n10.0.0.1 example.org")),
                refusal(Invalid.class, "hostname", pod -> pod.setHostname("a b")),
                refusal(Invalid.class, "log_directory", pod -> pod.setLogDirectory("logs/pod")),
                refusal(Invalid.class, "log_directory", pod -> pod.setLogDirectory("/logs/\0")),
                refusal(Invalid.class, "hostname", pod -> pod.setHostname("a\0")),
                refusal(
                        Invalid.class,
                        "port_mappings.protocol",
                        pod -> pod.addPortMappingsBuilder().setProtocolValue(7)),
                refusal(
                        Invalid.class,
                        "port_mappings.container_port",
                        pod -> pod.addPortMappingsBuilder().setContainerPort(65536)),
                refusal(
                        Invalid.class,
                        "port_mappings.host_port",
                        pod -> pod.addPortMappingsBuilder().setHostPort(-1)),
                refusal(
                        Invalid.class,
                        "linux.security_context.run_as_group",
                        pod -> pod.getLinuxBuilder().getSecurityContextBuilder().setRunAsGroup(Given.number(1))),
                refusal(
                        Invalid.class,
                        "linux.security_context.namespace_options.pid",
                        pod -> pod.getLinuxBuilder()
                                .getSecurityContextBuilder()
                                .getNamespaceOptionsBuilder()
                                .setPid(NamespaceMode.TARGET)
                                .setTargetId("c1")),
                refusal(
                        Invalid.class,
                        "linux.security_context.namespace_options.userns_options",
                        pod -> pod.getLinuxBuilder()
                                .getSecurityContextBuilder()
                                .getNamespaceOptionsBuilder()
                                .setPid(NamespaceMode.CONTAINER)
                                .setUsernsOptions(UserNamespace.newBuilder().setMode(NamespaceMode.POD))));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatCannotBeKeptIsRefusedByItsField(
            Class<? extends EngineException> how, String field, Consumer<PodSandboxConfig.Builder> change) {
        change.accept(pod);
        Refusals.refused(how, field, this::check);
    }

    @Test
    void whatIsPartOfNoLabelIsRefusedWhereLabelsMeanAnything() {
        pod.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setSelinuxOptions(SELinuxOption.newBuilder().setUser("a b"));
        assertDoesNotThrow(this::check);
        host.selinux = true;
        Refusals.refused(Invalid.class, "linux.security_context.selinux_options.user", this::check);
    }
}
