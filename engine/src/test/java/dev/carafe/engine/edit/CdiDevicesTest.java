package dev.carafe.engine.edit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.CDIDevice;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.engine.Invalid;
import dev.carafe.oci.IntelRdt;
import dev.carafe.oci.NetDevice;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CdiDevicesTest {
    @TempDir
    private Path folder;

    private Path weak;
    private Path strong;
    private CdiDevices devices;
    private final RuntimeSpec spec = Specs.of(List.of("/bin/web"), Map.of());

    @BeforeEach
    void makeFolders() throws IOException {
        weak = Files.createDirectories(folder.resolve("weak"));
        strong = Files.createDirectories(folder.resolve("strong"));
        devices = new CdiDevices(List.of(weak, strong, folder.resolve("missing")));
    }

    private RuntimeSpec with(String... names) throws IOException {
        var request = ContainerConfig.newBuilder();
        for (var name : names) {
            request.addCDIDevices(CDIDevice.newBuilder().setName(name));
        }
        return devices.addTo(spec, request.build());
    }

    /// One that sets a variable.
    private static String file(String version, String kind, String name, String variable) {
        return """
                {"cdiVersion": "%s", "kind": "%s",
                 "devices": [{"name": "%s", "containerEdits": {"env": ["%s"]}}]}
                """.formatted(version, kind, name, variable);
    }

    @Test
    void aContainerThatNamesNoDeviceIsLeftAloneAndBadFilesDontMatterToIt() throws IOException {
        Files.writeString(weak.resolve("bad.json"), "{");
        assertSame(spec, with());
    }

    @Test
    void allEditsOfTheKindAndOfTheDeviceAreMade() throws IOException {
        var data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(weak.resolve("acme.yaml"), """
                cdiVersion: "0.7.0"
                kind: acme.example/gpu
                annotations: {made: by-hand}
                containerEdits:
                  env:
                    - A=of the kind
                    - B=2
                  hooks:
                    - hookName: createContainer
                      path: /bin/true
                      args: ["true", "x"]
                      env: [C=3]
                      timeout: 7
                devices:
                  - name: "0"
                    containerEdits:
                      deviceNodes:
                        - path: /dev/gpu0
                          hostPath: /dev/null
                          permissions: rw
                          fileMode: 432
                          gid: 44
                        - path: /dev/pipe
                          type: p
                        - {path: /dev/made, type: c, major: 200, minor: 3, uid: 5}
                      mounts:
                        - hostPath: %s
                          containerPath: /etc/acme/data
                          options: [ro, nosuid, nodev, rbind]
                        - hostPath: tmpfs
                          containerPath: /scratch
                          type: tmpfs
                      additionalGids: [44, 100, 0]
                  - name: all
                    containerEdits: {env: [WRONG=1]}
                """.formatted(data));
        var edited = with("acme.example/gpu=0");
        assertEquals(
                List.of("PATH=/bin", "A=of the kind", "B=2"), edited.process().env());
        assertEquals(List.of(100L, 44L), edited.process().user().additionalGids());
        assertEquals(
                List.of(
                        new RuntimeSpec.Device("/dev/gpu0", "c", 1, 3, 0660, 1000L, 44L),
                        new RuntimeSpec.Device("/dev/pipe", "p", 0, 0, null, 1000L, 100L),
                        new RuntimeSpec.Device("/dev/made", "c", 200, 3, null, 5L, 100L)),
                edited.linux().devices());
        assertEquals(
                List.of(
                        new RuntimeSpec.DeviceRule(true, "c", 1L, 3L, "rw"),
                        new RuntimeSpec.DeviceRule(true, "c", 200L, 3L, "rwm")),
                edited.linux().resources().devices());
        assertEquals(
                List.of("/proc", "/scratch", "/etc/hosts", "/etc/acme/data"),
                edited.mounts().stream().map(RuntimeSpec.Mount::destination).toList());
        assertEquals(
                List.of("ro", "nosuid", "nodev", "rbind"),
                edited.mounts().getLast().options());
        assertEquals(
                List.of(new RuntimeSpec.Hook("/bin/true", List.of("true", "x"), List.of("C=3"), 7)),
                edited.hooks().createContainer());
    }

    @Test
    void aMountWithoutATypeIsABindMountAndTakesTheOthersPlace() throws IOException {
        Files.writeString(weak.resolve("a.json"), """
                {"cdiVersion": "0.3.0", "kind": "a.com/b", "devices": [{"name": "c", "containerEdits":
                 {"mounts": [{"hostPath": "/etc", "containerPath": "/etc/hosts", "options": ["ro"]}]}}]}
                """);
        assertEquals(
                new RuntimeSpec.Mount("/etc/hosts", "bind", "/etc", List.of("rbind", "ro"), null, null),
                with("a.com/b=c").mounts().getLast());
    }

    @Test
    void theLastGroupOfResctrlCounts() throws IOException {
        Files.writeString(weak.resolve("a.json"), """
                {"cdiVersion": "1.1.0", "kind": "a.com/b", "containerEdits": {"intelRdt": {"closID": "all"}},
                 "devices": [
                  {"name": "c", "containerEdits": {"intelRdt":
                   {"l3CacheSchema": "L3:0=f", "memBwSchema": "MB:0=5", "schemata": ["L2:0=1"], "enableMonitoring": true}}},
                  {"name": "d", "containerEdits": {"env": ["D=1"]}}]}
                """);
        assertEquals(
                new IntelRdt(null, "L3:0=f", "MB:0=5", List.of("L2:0=1"), true),
                with("a.com/b=c").linux().intelRdt());
        assertEquals(IntelRdt.of("all"), with("a.com/b=d").linux().intelRdt());
    }

    @Test
    void networkDevicesOfTheHostMove() throws IOException {
        Files.writeString(weak.resolve("a.json"), """
                {"cdiVersion": "1.1.0", "kind": "a.com/b",
                 "containerEdits": {"netDevices": [{"hostInterfaceName": "eth1", "name": "x"}]},
                 "devices": [{"name": "c", "containerEdits": {"netDevices": [
                  {"hostInterfaceName": "eth1", "name": "net1"}, {"hostInterfaceName": "eth2", "name": "net%d"}]}}]}
                """);
        assertEquals(
                Map.of("eth1", new NetDevice("net1"), "eth2", new NetDevice("net%d")),
                with("a.com/b=c").linux().movingDevices());
    }

    @Test
    void annotationsNameDevicesToo() throws IOException {
        Files.writeString(weak.resolve("a.json"), file("0.6.0", "a.com/b", "one", "ONE=1"));
        Files.writeString(weak.resolve("b.json"), file("0.6.0", "a.com/c.d", "two", "TWO=2"));
        var request = ContainerConfig.newBuilder()
                .addCDIDevices(CDIDevice.newBuilder().setName("a.com/b=one"))
                .putAnnotations("cdi.k8s.io/plugin_x", "a.com/c.d=two,a.com/b=one")
                .putAnnotations("other/plugin", "nonsense")
                .build();
        assertEquals(
                List.of("PATH=/bin", "A=of the pod", "ONE=1", "TWO=2"),
                devices.addTo(spec, request).process().env());
    }

    @Test
    void aLaterFoldersDeviceWinsAndFilesAreReadAgainWhenTheyChange() throws IOException {
        Files.writeString(weak.resolve("a.json"), file("1.0.0", "a.com/b", "c", "FROM=weak"));
        assertEquals("FROM=weak", with("a.com/b=c").process().env().getLast());
        var file = Files.writeString(strong.resolve("z.json"), file("1.0.0", "a.com/b", "c", "FROM=strong"));
        assertEquals("FROM=strong", with("a.com/b=c").process().env().getLast());
        Files.delete(file);
        assertEquals("FROM=weak", with("a.com/b=c").process().env().getLast());
    }

    @Test
    void twoFilesOfAFolderWithOneDeviceAreAConflictUnlessALaterFolderSettlesIt() throws IOException {
        Files.writeString(weak.resolve("a.json"), file("1.0.0", "a.com/b", "c", "FROM=a"));
        Files.writeString(weak.resolve("b.json"), file("1.0.0", "a.com/b", "c", "FROM=b"));
        var refusal = assertThrows(Invalid.class, () -> with("a.com/b=c"));
        assertTrue(refusal.getMessage().contains("several files of one folder have the device a.com/b=c"));
        Files.writeString(strong.resolve("c.json"), file("1.0.0", "a.com/b", "c", "FROM=c"));
        assertEquals("FROM=c", with("a.com/b=c").process().env().getLast());
    }

    @Test
    void aDeviceThatIsNotThereIsNamedAndSoAreTheFilesThatCouldNotBeRead() throws IOException {
        Files.writeString(weak.resolve("bad.yaml"), "cdiVersion: 1.0.0\nkind: [");
        var refusal = assertThrows(Invalid.class, () -> with("a.com/b=c"));
        assertTrue(refusal.getMessage().contains("there is no device a.com/b=c in "), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(weak.resolve("bad.yaml") + ": not YAML"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a.com/b", "a.com=c", "a.com/b=", "1.com/b=c", "a.com/b=c/d", "a.com/b=c\n", "/b=c"})
    void whatIsNoNameIsRefused(String name) {
        var request = ContainerConfig.newBuilder()
                .addCDIDevices(CDIDevice.newBuilder().setName(name))
                .build();
        assertThrows(Invalid.class, () -> CdiDevices.check(request));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    "cdiVersion": "9.0.0"                                          | cdiVersion: "9.0.0" is not one of
                    "kind": "b"                                                    | kind: missing
                    "cdiVersion": "0.5.0", "kind": "a.com/b.c"                     | no dots in a class before
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "devices": []        | devices: none
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "devices": [{"name": "c"}, {"name": "c"}] | two are called c
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "devices": [{"name": "c"}], "new": 1 | new: there is no such field
                    "cdiVersion": "0.4.0", "kind": "a.com/b", "containerEdits": {"deviceNodes": [{"path": "/a", "hostPath": "/b"}]} | hostPath: not before version 0.5.0
                    "cdiVersion": "0.6.0", "kind": "a.com/b", "containerEdits": {"additionalGids": [1]} | additionalGids: not before version 0.7.0
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "containerEdits": {"netDevices": []} | netDevices: not before version 1.1.0
                    "cdiVersion": "1.1.0", "kind": "a.com/b", "containerEdits": {"netDevices": [{"hostInterfaceName": "a"}]} | name: missing
                    "cdiVersion": "1.1.0", "kind": "a.com/b", "containerEdits": {"netDevices": [{"hostInterfaceName": "a/b", "name": "c"}]} | no network device can be called a/b
                    "cdiVersion": "1.1.0", "kind": "a.com/b", "containerEdits": {"netDevices": [{"hostInterfaceName": "a", "name": "c"}, {"hostInterfaceName": "b", "name": "c"}]} | b or c is there twice
                    "cdiVersion": "0.6.0", "kind": "a.com/b", "containerEdits": {"intelRdt": {}} | intelRdt: not before version 0.7.0
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "containerEdits": {"intelRdt": {"schemata": []}} | schemata: not before version 1.1.0
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "containerEdits": {"intelRdt": {"enableMBM": true}} | enableMBM: there is enableMonitoring
                    "cdiVersion": "1.1.0", "kind": "a.com/b", "containerEdits": {"intelRdt": {"enableMonitoring": 1}} | neither true nor false
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "containerEdits": {"intelRdt": {"closID": "a/b"}} | closID: not a folder's name
                    "cdiVersion": "1.1.0", "kind": "a.com/b", "containerEdits": {"intelRdt": {"schemata": ["L3:0=f\\nx"]}} | lines' ends
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "containerEdits": {"intelRdt": {"new": 1}} | new: there is no such field
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "containerEdits": {"env": ["A"]} | env: not NAME=value
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "containerEdits": {"mounts": [{"hostPath": "/a", "containerPath": "b"}]} | mounts.containerPath
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "containerEdits": {"hooks": [{"hookName": "x", "path": "/a"}]} | no stage "x"
                    "cdiVersion": "1.0.0", "kind": "a.com/b", "containerEdits": {"deviceNodes": [{"path": "/a", "major": 1.5}]} | major: not a number
                    """)
    void aFileThatCantBeReadSaysWhy(String fields, String why) throws IOException {
        Files.writeString(weak.resolve("a.json"), "{" + fields + "}");
        var refusal = assertThrows(Invalid.class, () -> with("a.com/b=c"));
        var expected = fields.startsWith("\"kind\"") ? "cdiVersion: missing" : why;
        assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {"path": "/dev/carafe-none"}          | there is no /dev/carafe-none
                    {"path": "/dev/null", "type": "b"}    | is of type c on this host, not b
                    {"path": "/etc/passwd"}               | is no device
                    """)
    void aDeviceThatTheHostLacksIsRefusedByName(String node, String why) throws IOException {
        Files.writeString(weak.resolve("a.json"), """
                {"cdiVersion": "1.0.0", "kind": "a.com/b",
                 "devices": [{"name": "c", "containerEdits": {"deviceNodes": [%s]}}]}
                """.formatted(node));
        var refusal = assertThrows(Invalid.class, () -> with("a.com/b=c"));
        assertTrue(refusal.getMessage().startsWith("CDI device a.com/b=c: deviceNodes: "), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    }

    private static final String BOMB = """
            a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]
            b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
            c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
            d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
            e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
            f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
            g: [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]
            """;

    @ParameterizedTest
    @ValueSource(strings = {BOMB, "!!java.io.File [\"/\"]", "a: 1\na: 2", "--- a\n--- b"})
    void hostileYamlIsNotRead(String text) throws IOException {
        Files.writeString(weak.resolve("a.yaml"), text);
        var refusal = assertThrows(Invalid.class, () -> with("a.com/b=c"));
        assertTrue(refusal.getMessage().contains("a.yaml: not YAML"), refusal.getMessage());
    }
}
