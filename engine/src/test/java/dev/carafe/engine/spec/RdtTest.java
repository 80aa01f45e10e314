package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.engine.Invalid;
import dev.carafe.engine.rdt.RdtFile;
import dev.carafe.engine.rdt.ResctrlMount;
import dev.carafe.oci.IntelRdt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RdtTest {
    private static final String OF_CONTAINER = "io.kubernetes.cri.rdt-class";
    private static final String OF_POD = "rdt.resources.beta.kubernetes.io/pod";
    private static final String OF_WEB = "rdt.resources.beta.kubernetes.io/container.web";

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
        var file = Files.writeString(folder.resolve("rdt.yaml"), """
                partitions:
                  p:
                    classes:
                      gold:
                      silver:
                      inner: {kubernetes: {denyPodAnnotation: true}}
                      outer: {kubernetes: {denyContainerAnnotation: true}}
                """);
        given.defaults.rdt = Optional.of(RdtFile.read(file));
        given.defaults.rules = new HandlerRules(0, List.of(OF_CONTAINER), Map.of(), false, "", false, false);
        given.host.resctrl = Optional.of(new ResctrlMount(folder, false));
    }

    private Optional<String> group() throws IOException {
        return Optional.ofNullable(given.build().spec().linux().intelRdt()).map(IntelRdt::closId);
    }

    @Test
    void theNearestAnnotationNamesTheGroup() throws IOException {
        assertEquals(Optional.empty(), group());
        given.pod.putAnnotations(OF_POD, "gold");
        assertEquals(Optional.of("gold"), group());
        given.pod.putAnnotations(OF_WEB, "silver");
        assertEquals(Optional.of("silver"), group());
        given.container.putAnnotations(OF_CONTAINER, "inner");
        assertEquals(Optional.of("inner"), group());
        given.defaults.rules = HandlerRules.NONE;
        assertEquals(Optional.of("silver"), group());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "system/default"})
    void theNodesOwnClassIsNoGroup(String name) throws IOException {
        given.pod.putAnnotations(OF_POD, "gold");
        given.container.putAnnotations(OF_CONTAINER, name);
        assertEquals(Optional.empty(), group());
    }

    @Test
    void aPodsOwnProcessHasNone() throws IOException {
        given.pod.putAnnotations(OF_POD, "gold");
        given.containerId = given.podRuntime().sandboxId();
        assertEquals(Optional.empty(), group());
    }

    @Test
    void aClassThatIsNotThereIsRefusedByName() {
        given.pod.putAnnotations(OF_POD, "bronze");
        Refusals.refused(Invalid.class, "annotations " + OF_POD + ": class bronze: there is no", given::build);
    }

    @Test
    void aClassMayBeRefusedToAnnotations() throws IOException {
        given.pod.putAnnotations(OF_POD, "inner");
        Refusals.refused(Invalid.class, "annotations " + OF_POD + ": class inner: it is not for", given::build);
        given.pod.putAnnotations(OF_POD, "outer");
        assertEquals(Optional.of("outer"), group());
        given.container.putAnnotations(OF_CONTAINER, "outer");
        Refusals.refused(Invalid.class, "annotations " + OF_CONTAINER + ": class outer: it is not", given::build);
    }

    @Test
    void aNodeThatHasNoneRefusesThem() {
        given.pod.putAnnotations(OF_POD, "gold");
        given.host.resctrl = Optional.empty();
        Refusals.refused(Invalid.class, "annotations " + OF_POD + ": class gold: no resctrl", given::build);
        given.defaults.rdt = Optional.empty();
        Refusals.refused(Invalid.class, "annotations " + OF_POD + ": class gold: this node has no", given::build);
    }
}
