package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.SELinuxOption;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import dev.carafe.linux.Relabeling;
import dev.carafe.linux.SelinuxLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelinuxLabelsTest {
    private static final String LEVEL = "s0:c12,c34";
    private static final String FILES = "system_u:object_r:box_file_t:";
    private static final String PROCESSES = "system_u:system_r:box_t:";

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder.toRealPath());
        given.host.selinux = true;
        given.contexts = new SelinuxContexts(
                new SelinuxLabel(PROCESSES + "s0"),
                new SelinuxLabel("other_u:other_r:box_init_t:s0"),
                new SelinuxLabel("other_u:other_r:box_kvm_t:s0"),
                new SelinuxLabel(FILES + "s0"));
        given.level = LEVEL;
    }

    private ContainerLabels labels() {
        return given.labels().of(given.level, given.pod.build(), given.container.build());
    }

    private void ofPod(SELinuxOption.Builder options) {
        given.pod.getLinuxBuilder().getSecurityContextBuilder().setSelinuxOptions(options);
    }

    private static SELinuxOption.Builder type(String type) {
        return SELinuxOption.newBuilder().setType(type);
    }

    @Test
    void processesAndFilesHaveThePolicysLabelsWithThePodsLevel() throws IOException {
        var spec = given.build().spec();
        assertEquals(PROCESSES + LEVEL, spec.process().selinuxLabel());
        assertEquals(FILES + LEVEL, spec.linux().mountLabel());
        assertEquals(
                FILES + LEVEL, given.labels().mount(LEVEL, given.pod.build()).text());
        var exec = new SpecBuilder(given.defaults.build(), given.host.build())
                .execProcess(spec.process(), List.of("ls"), false);
        assertEquals(PROCESSES + LEVEL, exec.selinuxLabel());
    }

    @ParameterizedTest
    @CsvSource({
        "/sbin/init, box_init_t",
        "/usr/sbin/init, box_init_t",
        "/lib/systemd/systemd, box_init_t",
        "systemd, box_init_t",
        "init, box_t",
        "/bin/systemd-cat, box_t",
    })
    void aContainerThatRunsAnInitHasThePolicysTypeForThat(String program, String type) throws IOException {
        given.image.entrypoint = List.of(program);
        assertEquals(
                "system_u:system_r:" + type + ":" + LEVEL,
                given.build().spec().process().selinuxLabel());
        ofPod(type("asked_t"));
        assertEquals(
                "system_u:system_r:asked_t:" + LEVEL,
                given.build().spec().process().selinuxLabel());
        given.bePrivileged();
        assertNull(given.build().spec().process().selinuxLabel());
    }

    @Test
    void aVirtualMachineHasThePolicysTypeForThatWhateverTypeIsAskedFor() {
        var machine = "system_u:system_r:box_kvm_t:" + LEVEL;
        for (var asked : List.of("", "asked_t")) {
            ofPod(type(asked));
            var labels = given.labels().ofMachine(labels());
            assertEquals(machine, labels.process().text());
            assertEquals(machine, labels.init().text());
            assertEquals(FILES + LEVEL, labels.mount().text());
        }
        given.bePrivileged();
        assertTrue(given.labels().ofMachine(labels()).process().isNone());
    }

    @Test
    void withoutSelinuxNothingIsLabelledWhateverIsAskedFor() throws IOException {
        ofPod(type("a_t").setLevel("s0:c1,c2"));
        given.mount("/data", Files.createDirectory(folder.resolve("data"))).setSelinuxRelabel(true);
        given.host.selinux = false;
        assertEquals(ContainerLabels.NONE, labels());
        given.host.selinux = true;
        given.defaults.selinux = new SelinuxSettings(false, true);
        assertEquals(ContainerLabels.NONE, labels());
        assertFalse(given.labels().haveLevels());
        assertEquals("", given.labels().level(given.pod.build()));
        var built = given.build();
        assertNull(built.spec().process().selinuxLabel());
        assertNull(built.spec().linux().mountLabel());
        assertEquals(List.of(), built.relabels());
    }

    @Test
    void aHostWhosePolicyHasNoneRefusesWhoAsksAndLabelsNobody() {
        given.contexts = SelinuxContexts.NONE;
        assertEquals(ContainerLabels.NONE, labels());
        ofPod(type("a_t"));
        Refusals.refused(Unsupported.class, SelinuxOptions.FIELD, this::labels);
        Refusals.refused(
                Unsupported.class, SelinuxOptions.FIELD, () -> given.labels().level(given.pod.build()));
    }

    @Test
    void aPodFromBeforeThereWereLabelsGoesOnWithoutThem() {
        given.level = "";
        assertEquals(ContainerLabels.NONE, labels());
    }

    @Test
    void thePodsOptionsAreForContainersWithoutTheirOwn() {
        ofPod(type("a_t").setUser("a_u").setRole("a_r").setLevel("s0:c1,c2"));
        given.level = given.labels().level(given.pod.build());
        assertEquals("a_u:a_r:a_t:s0:c1,c2", labels().process().text());
        assertEquals("a_u:object_r:box_file_t:s0:c1,c2", labels().mount().text());

        given.security().setSelinuxOptions(type("b_t"));
        assertEquals("system_u:system_r:b_t:s0:c1,c2", labels().process().text());
        given.security().setSelinuxOptions(type("b_t").setLevel("s0:c5,c6"));
        assertEquals("system_u:system_r:b_t:s0:c5,c6", labels().process().text());
        assertEquals(FILES + "s0:c5,c6", labels().mount().text());
    }

    @Test
    void privilegedProcessesAreNotConfinedButTheirFilesArePodsOwn() {
        given.bePrivileged();
        assertEquals(
                new ContainerLabels(SelinuxLabel.NONE, SelinuxLabel.NONE, new SelinuxLabel(FILES + LEVEL), true),
                labels());
    }

    @Test
    void whoSharesTheHostsProcessesOrIpcIsNotConfinedAndRelabelsNothing() {
        given.pod
                .getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setIpc(NamespaceMode.NODE);
        var free = new ContainerLabels(SelinuxLabel.NONE, SelinuxLabel.NONE, new SelinuxLabel(FILES + LEVEL), false);
        assertEquals(free, labels());
        given.pod
                .getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setIpc(NamespaceMode.POD)
                .setPid(NamespaceMode.NODE);
        given.security().clearNamespaceOptions();
        assertEquals(free, labels());
    }

    @Test
    void theHostsNetworkFreesOnlyWhereTheNodeSaysSo() {
        given.pod
                .getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setNetwork(NamespaceMode.NODE);
        assertEquals(
                new ContainerLabels(SelinuxLabel.NONE, SelinuxLabel.NONE, new SelinuxLabel(FILES + LEVEL), true),
                labels());
        given.defaults.selinux = new SelinuxSettings(true, false);
        assertEquals(PROCESSES + LEVEL, labels().process().text());
    }

    @Test
    void aPolicyWithoutLevelsLabelsWithoutThem() {
        given.contexts = new SelinuxContexts(
                new SelinuxLabel("system_u:system_r:box_t"),
                new SelinuxLabel("system_u:system_r:box_init_t"),
                new SelinuxLabel("system_u:system_r:box_kvm_t"),
                new SelinuxLabel("system_u:object_r:box_file_t"));
        given.level = "";
        assertFalse(given.labels().haveLevels());
        assertEquals("system_u:system_r:box_t", labels().process().text());
        assertEquals("system_u:object_r:box_file_t", labels().mount().text());
    }

    @Test
    void onlyVolumesThatAskAreRelabelled() throws IOException {
        var data = Files.createDirectory(given.folder.resolve("data"));
        given.mount("/data", data).setSelinuxRelabel(true);
        given.mount("/other", Files.createDirectory(given.folder.resolve("other")));
        assertEquals(
                List.of(new Relabel(data, new SelinuxLabel(FILES + LEVEL), true)),
                given.build().relabels());
        given.security().setSelinuxOptions(type("spc_t"));
        assertEquals(List.of(), given.build().relabels());
    }

    @Test
    void whatTheImageDeclaresIsTheContainersOwn() throws IOException {
        given.defaults.imageVolumes = ImageVolumes.BIND;
        given.image.volumes = Set.of("/cache");
        var relabels = given.build().relabels();
        assertEquals(1, relabels.size());
        assertEquals(given.ownFolder, relabels.getFirst().source().getParent());
    }

    @Test
    void theHostsOwnFilesAreNeverRelabelled() {
        for (var path : List.of("/etc", "/usr/bin", "/var/lib", "/proc/sys")) {
            given.container.clearMounts();
            given.mount("/data", Path.of(path)).setSelinuxRelabel(true);
            Refusals.refused(Invalid.class, "mounts /data: selinux_relabel", given::build);
        }
    }

    @Test
    @Tag("system")
    void aVolumeWhoseTopHasTheLabelIsPassedOverWhereThePodSaysSo() throws IOException {
        var data = Files.createDirectory(given.folder.resolve("data"));
        given.mount("/data", data).setSelinuxRelabel(true);
        given.defaults.rules =
                new HandlerRules(0, List.of("io.kubernetes.cri-o.TrySkip"), Map.of(), false, "", false, false);
        given.pod.putAnnotations("io.kubernetes.cri-o.TrySkipVolumeSELinuxLabel", "true");
        run();
        var late = Files.writeString(data.resolve("late"), "x");
        run();
        assertFalse(Relabeling.isDone(late, new SelinuxLabel(FILES + LEVEL)));
        given.pod.clearAnnotations();
        run();
        assertTrue(Relabeling.isDone(late, new SelinuxLabel(FILES + LEVEL)));
    }

    private void run() throws IOException {
        for (var relabel : given.build().relabels()) {
            relabel.run();
        }
    }
}
