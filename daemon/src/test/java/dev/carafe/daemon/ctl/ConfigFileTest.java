package dev.carafe.daemon.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream warnings = new ByteArrayOutputStream();

    private PodSandboxConfig pod(String text) throws IOException {
        var file = Files.writeString(folder.resolve("pod"), text);
        return ConfigFile.read(
                        file, PodSandboxConfig.newBuilder(), new PrintStream(warnings, true, StandardCharsets.UTF_8))
                .build();
    }

    private String warnings() {
        return warnings.toString(StandardCharsets.UTF_8);
    }

    @Test
    void jsonAndYamlInBothSpellingsAreTheSame() throws IOException {
        var snake = pod("""
                {"metadata": {"name": "p", "namespace": "n", "uid": "u", "attempt": 1},
                 "log_directory": "/logs", "hostname": "h", "labels": {"a": "b"},
                 "port_mappings": [{"protocol": 1, "container_port": 80, "host_port": 8080}],
                 "linux": {"cgroup_parent": "/x", "security_context": {"namespace_options": {"network": 2, "pid": 1},
                           "run_as_user": {"value": 1000}}}}
                """);
        var camel = pod("""
                {"metadata": {"name": "p", "namespace": "n", "uid": "u", "attempt": 1},
                 "logDirectory": "/logs", "hostname": "h", "labels": {"a": "b"},
                 "portMappings": [{"protocol": "UDP", "containerPort": 80, "hostPort": 8080}],
                 "linux": {"cgroupParent": "/x", "securityContext": {"namespaceOptions": {"network": "NODE", "pid": "CONTAINER"},
                           "runAsUser": {"value": "1000"}}}}
                """);
        var yaml = pod("""
                metadata: {name: p, namespace: n, uid: u, attempt: 1}
                log_directory: /logs
                hostname: h
                labels:
                  a: b
                port_mappings:
                  - protocol: 1
                    container_port: 80
                    host_port: 8080
                linux:
                  cgroup_parent: /x
                  security_context:
                    namespace_options: {network: 2, pid: CONTAINER}
                    run_as_user: {value: 1000}
                """);
        assertEquals(snake, camel);
        assertEquals(snake, yaml);
        assertEquals("/logs", snake.getLogDirectory());
        assertEquals(Protocol.UDP, snake.getPortMappings(0).getProtocol());
        var security = snake.getLinux().getSecurityContext();
        assertEquals(NamespaceMode.NODE, security.getNamespaceOptions().getNetwork());
        assertEquals(1000, security.getRunAsUser().getValue());
        assertEquals("", warnings());
    }

    @Test
    void jsonMayBeIndentedWithTabsAndEscapeSlashes() throws IOException {
        assertEquals("/a", pod("{\n\t\"log_directory\": \"\\/a\"\n}\n").getLogDirectory());
    }

    @Test
    void yamlsScalarsInLabelsStayText() throws IOException {
        var labels = pod("annotations: {date: 2026-01-02, number: 12, yes: true, text: \"010\"}")
                .getAnnotationsMap();
        assertEquals("2026-01-02", labels.get("date"));
        assertEquals("12", labels.get("number"));
        assertEquals("010", labels.get("text"));
    }

    @Test
    void anUnknownFieldGetsAWarningAndTheRestIsRead() throws IOException {
        assertEquals("h", pod("{\"hostnaem\": \"x\", \"hostname\": \"h\"}").getHostname());
        assertTrue(warnings().contains("hostnaem"), warnings());
        assertEquals(1, warnings().lines().count());
    }

    @Test
    void aWrongTypeIsAnErrorThatNamesTheFile() {
        var e = assertThrows(IOException.class, () -> pod("{\"port_mappings\": 7}"));
        assertTrue(e.getMessage().startsWith(folder.resolve("pod").toString()), e.getMessage());
    }

    @Test
    void whatIsNeitherIsAnError() {
        assertThrows(IOException.class, () -> pod("{\"a\": [1, }"));
        assertThrows(IOException.class, () -> pod("just a word"));
        assertThrows(IOException.class, () -> pod(""));
        assertThrows(IOException.class, () -> pod("[1, 2]"));
    }

    @Test
    void aContainersFileIsReadTheSameWay() throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), """
                metadata: {name: c}
                image: {image: "a.io/b:c"}
                command: [sh, -c, "exit 3"]
                envs: [{key: A, value: "é=1"}, {key: B, value: 2}, {key: C}]
                """);
        var container =
                ConfigFile.read(file, ContainerConfig.newBuilder(), System.err).build();
        assertEquals("exit 3", container.getCommand(2));
        assertEquals("a.io/b:c", container.getImage().getImage());
        assertEquals("A", container.getEnvs(0).getKey());
        assertEquals("é=1", container.getEnvs(0).getValue().toStringUtf8());
        assertEquals("2", container.getEnvs(1).getValue().toStringUtf8());
        assertEquals("", container.getEnvs(2).getValue().toStringUtf8());
    }
}
