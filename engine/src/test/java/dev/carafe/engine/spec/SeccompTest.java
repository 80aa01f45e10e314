package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.SecurityProfile;
import dev.carafe.cri.v1.SecurityProfile.ProfileType;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("deprecation") // the text of older kubelets is part of the contract
final class SeccompTest {
    private static final String FIELD = "linux.security_context.seccomp";
    private static final RuntimeSpec.Seccomp DENY_ALL =
            new RuntimeSpec.Seccomp("SCMP_ACT_ERRNO", null, null, null, null, null);

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private Optional<RuntimeSpec.Seccomp> filter(String... capabilities) throws IOException {
        return new Seccomp(given.defaults.build(), given.host.build()).of(given.request(), Set.of(capabilities));
    }

    private void ask(ProfileType type, String reference) {
        given.security()
                .setSeccomp(SecurityProfile.newBuilder().setProfileType(type).setLocalhostRef(reference));
    }

    private String file(String json) throws IOException {
        return Files.writeString(folder.resolve("profile.json"), json).toString();
    }

    @Test
    void whoNamesNoProfileOrAsksForNoneHasNoFilter() throws IOException {
        assertEquals(Optional.empty(), filter());
        ask(ProfileType.Unconfined, "");
        assertEquals(Optional.empty(), filter());
    }

    @Test
    void theDefaultIsTheBuiltInOneOrTheConfiguredFile() throws IOException {
        ask(ProfileType.RuntimeDefault, "");
        assertTrue(filter().orElseThrow().syscalls().size() > 10);
        given.defaults.seccompProfile = file("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}");
        assertEquals(Optional.of(DENY_ALL), filter());
    }

    @Test
    void aLocalProfileIsTheFileOfThatPath() throws IOException {
        ask(ProfileType.Localhost, file("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}"));
        assertEquals(Optional.of(DENY_ALL), filter());
    }

    @Test
    void theTextOfOlderKubeletsMeansTheSame() throws IOException {
        given.security().setSeccompProfilePath("localhost/" + file("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}"));
        assertEquals(Optional.of(DENY_ALL), filter());
        given.security().setSeccompProfilePath("runtime/default");
        assertTrue(filter().isPresent());
        given.security().setSeccompProfilePath("unconfined");
        assertEquals(Optional.empty(), filter());
        given.security().setSeccompProfilePath("strict");
        Refusals.refused(Invalid.class, "linux.security_context.seccomp_profile_path", this::filter);
    }

    @Test
    void aPrivilegedContainerHasOnlyTheOneConfiguredForSuch() throws IOException {
        given.bePrivileged();
        ask(ProfileType.RuntimeDefault, "");
        assertEquals(Optional.empty(), filter());
        given.defaults.privilegedSeccompProfile = file("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}");
        assertEquals(Optional.of(DENY_ALL), filter());
    }

    @Test
    void aProfileThatCannotBeKeptIsRefusedByItsField() throws IOException {
        for (var reference : List.of("", "relative.json", folder.resolve("none").toString(), folder.toString())) {
            ask(ProfileType.Localhost, reference);
            Refusals.refused(Invalid.class, FIELD + ".localhost_ref: ", this::filter);
        }
        for (var json : List.of(
                "",
                "[]",
                "{\"defaultAction\":1}",
                "{}",
                "{\"defaultAction\":\"SCMP_ACT_MAYBE\"}",
                "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"action\":\"SCMP_ACT_ALLOW\"}]}",
                "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"x\"}]}",
                "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],"
                        + "\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"minKernel\":\"new\"}}]}",
                "{\"defaultAction\":\"SCMP_ACT_ERRNO\"}" + " ".repeat(1 << 20))) {
            ask(ProfileType.Localhost, file(json));
            Refusals.refused(Invalid.class, FIELD + ".localhost_ref: ", this::filter);
        }
    }

    @Test
    void aProfileThatIsCutAnywhereIsRefused() throws IOException {
        var json =
                "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}]}";
        for (var length = 0; length < json.length(); length++) {
            ask(ProfileType.Localhost, file(json.substring(0, length)));
            Refusals.refused(Invalid.class, FIELD + ".localhost_ref: ", this::filter);
        }
    }

    @Test
    void listenersAreNotSupportedYet() throws IOException {
        ask(ProfileType.Localhost, file("{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}"));
        Refusals.refused(Unsupported.class, "seccomp profiles that notify", this::filter);
        ask(ProfileType.Localhost, file("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"/run/x\"}"));
        Refusals.refused(Unsupported.class, "seccomp profiles that notify", this::filter);
    }

    @Test
    void aKernelWithoutFiltersRefusesThemAndRunsTheRest() throws IOException {
        given.host.seccomp = false;
        assertEquals(Optional.empty(), filter());
        ask(ProfileType.RuntimeDefault, "");
        Refusals.refused(Unsupported.class, FIELD, this::filter);
    }

    private void askToBeTold(String annotation, String profile) throws IOException {
        given.pod.putAnnotations(annotation, "stop");
        ask(ProfileType.Localhost, file(profile));
    }

    private static HandlerRules allowing(String annotation) {
        return new HandlerRules(0, List.of(annotation), Map.of(), false, "", false, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"seccomp-notifier-action.crio.io", "io.kubernetes.cri-o.seccompNotifierAction"})
    void whatARuleForbidsIsToldWhereThePodAsksForIt(String annotation) throws IOException {
        askToBeTold(annotation, """
                {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"syscalls":[
                 {"names":["read"],"action":"SCMP_ACT_ALLOW"},
                 {"names":["chroot","write"],"action":"SCMP_ACT_ERRNO","errnoRet":1,
                  "args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"}]},
                 {"names":["write"],"action":"SCMP_ACT_KILL"},
                 {"names":["mount"],"action":"SCMP_ACT_KILL_PROCESS"},
                 {"names":["ptrace"],"action":"SCMP_ACT_LOG"}]}
                """);
        given.defaults.rules = allowing("seccomp-notifier-action.crio.io");
        var argument = List.of(new RuntimeSpec.SyscallArgument(0, 1, 0, "SCMP_CMP_EQ"));
        assertEquals(
                new RuntimeSpec.Seccomp(
                        "SCMP_ACT_ERRNO",
                        38,
                        List.of(),
                        List.of(),
                        folder.resolve("seccomp").toString(),
                        List.of(
                                new RuntimeSpec.Syscall(List.of("read"), "SCMP_ACT_ALLOW", null, List.of()),
                                new RuntimeSpec.Syscall(List.of("write"), "SCMP_ACT_ERRNO", 1, argument),
                                new RuntimeSpec.Syscall(List.of("chroot"), "SCMP_ACT_NOTIFY", null, argument),
                                new RuntimeSpec.Syscall(List.of("write"), "SCMP_ACT_KILL", null, List.of()),
                                new RuntimeSpec.Syscall(List.of("mount"), "SCMP_ACT_NOTIFY", null, List.of()),
                                new RuntimeSpec.Syscall(List.of("ptrace"), "SCMP_ACT_LOG", null, List.of()))),
                filter().orElseThrow());
        assertTrue(SeccompNotifier.isIn(given.build().spec()));
    }

    @Test
    void nothingIsToldWithoutAProfileOrPermissionOrSomethingThatARuleForbids() throws IOException {
        var profile = "{\"defaultAction\":\"SCMP_ACT_ERRNO\"}";
        askToBeTold("seccomp-notifier-action.crio.io", profile);
        given.defaults.rules = allowing("seccomp-notifier-action.crio.io");
        assertEquals(Optional.of(DENY_ALL), filter());
        ask(ProfileType.Unconfined, "");
        assertEquals(Optional.empty(), filter());
        ask(ProfileType.RuntimeDefault, "");
        assertTrue(filter().orElseThrow().listenerPath() != null);
        given.defaults.rules = HandlerRules.NONE;
        assertEquals(null, filter().orElseThrow().listenerPath());
        assertFalse(SeccompNotifier.isIn(given.build().spec()));
    }

    @Test
    void thePodsOwnProcessIsNotToldOf() throws IOException {
        given.defaults.rules = allowing("seccomp-notifier-action.crio.io");
        given.pod.putAnnotations("seccomp-notifier-action.crio.io", "stop");
        ask(ProfileType.RuntimeDefault, "");
        given.containerId = given.podRuntime().sandboxId();
        assertEquals(null, filter().orElseThrow().listenerPath());
    }
}
