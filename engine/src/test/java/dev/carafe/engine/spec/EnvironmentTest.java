package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import dev.carafe.cri.v1.KeyValue;
import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvironmentTest {
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private List<String> environment() throws IOException {
        return Environment.of(given.request(), given.defaults.build());
    }

    @Test
    void anInitIsToldThatItIsInAContainerUnlessItsImageSaysIt() throws IOException {
        given.container.addCommand("/sbin/init");
        assertEquals(List.of(PATH, "container=crio", "HOSTNAME=shop"), environment());
        given.image.environment = List.of("container=oci");
        assertEquals(List.of(PATH, "container=oci", "HOSTNAME=shop"), environment());
    }

    @Test
    void everyContainerHasAPathAndItsHostName() throws IOException {
        assertEquals(List.of(PATH, "HOSTNAME=shop"), environment());
        given.container.setTty(true);
        assertEquals(List.of(PATH, "TERM=xterm", "HOSTNAME=shop"), environment());
    }

    @Test
    void theContainerWinsOverTheImageAndThatOverTheConfiguration() throws IOException {
        given.defaults.environment = List.of("A=default", "B=default", "C=default");
        given.image.environment = List.of("B=image", "C=image", "EMPTY", "PATH=/image=bin");
        given.environment("C", "container=1");
        given.environment("C", "container=2");
        assertEquals(
                List.of("PATH=/image=bin", "HOSTNAME=shop", "A=default", "B=image", "C=container=2", "EMPTY="),
                environment());
    }

    @Test
    void inTheHostsNetworkTheHostNameIsTheNodes() throws IOException {
        given.useHostNamespaces();
        var node = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        assertEquals("HOSTNAME=" + node, environment().get(1));
    }

    @Test
    void valuesKeepEveryCharacter() throws IOException {
        given.environment("TEXT", " ž\n\"$x ");
        assertEquals("TEXT= ž\n\"$x ", environment().getLast());
    }

    @Test
    void whatNoProgramCouldReceiveIsRefused() {
        for (var name : List.of("", "A=B", "A\0")) {
            given.container.clearEnvs();
            given.environment(name, "");
            Refusals.refused(Invalid.class, "envs.key", this::environment);
        }
        given.container.clearEnvs();
        given.environment("A", "x\0y");
        Refusals.refused(Invalid.class, "envs.value", this::environment);
        given.container.clearEnvs();
        given.container.addEnvs(
                KeyValue.newBuilder().setKey("A").setValue(ByteString.copyFrom(new byte[] {(byte) 0xff})));
        Refusals.refused(Invalid.class, "envs.value", this::environment);
        given.container.clearEnvs();
        given.image.environment = List.of("A=\0");
        Refusals.refused(Invalid.class, "the image's environment", this::environment);
    }
}
