package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.engine.Invalid;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkloadTest {
    private static final String ACTIVATION = "target.workload.example.org/management";
    private static final String PREFIX = "resources.workload.example.org";

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
        given.resources().setCpuShares(512).setCpuQuota(20_000).setCpuPeriod(100_000);
        given.defaults.workloads = List.of(new Workload(
                ACTIVATION, PREFIX, List.of("umask.crio.io"), new Workload.Resources(7L, null, null, "0", null)));
    }

    private RuntimeSpec.Cpu cpu() throws IOException {
        return Objects.requireNonNull(given.build().spec().linux().resources().cpu());
    }

    @Test
    void aPodWithoutTheAnnotationIsNotOfIt() throws IOException {
        given.pod.putAnnotations(PREFIX + "/web", "{\"cpushares\": 9}").putAnnotations("umask.crio.io", "077");
        assertEquals(new RuntimeSpec.Cpu(512L, 20_000L, 100_000L, null, null), cpu());
        assertNull(given.build().spec().process().user().umask());
    }

    @Test
    void thePodsAnnotationBringsTheWorkloadsResources() throws IOException {
        given.pod.putAnnotations(ACTIVATION, "{\"effect\": \"PreferredDuringScheduling\"}");
        assertEquals(new RuntimeSpec.Cpu(7L, 20_000L, 100_000L, "0", null), cpu());
    }

    @Test
    void anAnnotationForOneContainerIsStronger() throws IOException {
        given.pod
                .putAnnotations(ACTIVATION, "")
                .putAnnotations(PREFIX + "/web", "{\"cpushares\": 9, \"cpulimit\": 1500, \"unknown\": true}")
                .putAnnotations(PREFIX + "/other", "{\"cpushares\": 11}");
        assertEquals(new RuntimeSpec.Cpu(9L, 150_000L, 100_000L, "0", null), cpu());
    }

    @Test
    void theNameIsTheKubeletsWhereItGivesOne() throws IOException {
        given.container.putLabels("io.kubernetes.container.name", "of-the-kubelet");
        given.pod.putAnnotations(ACTIVATION, "").putAnnotations(PREFIX + "/of-the-kubelet", "{\"cpushares\": 9}");
        assertEquals(9, cpu().shares());
    }

    @Test
    void itAllowsAnnotationsBesideThoseOfTheHandler() throws IOException {
        given.pod.putAnnotations(ACTIVATION, "").putAnnotations("umask.crio.io", "077");
        assertNotNull(given.build().spec().process().user().umask());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"7", "[]", "{", "null", "{\"cpushares\": \"many\"}", "{\"cpushares\": 1}", "{\"cpuset\": \"a\"}"
            })
    void anAnnotationThatIsNotWhatItShouldBeIsRefused(String value) {
        given.pod.putAnnotations(ACTIVATION, "").putAnnotations(PREFIX + "/web", value);
        assertThrows(Invalid.class, given::build);
    }

    @Test
    void limitsWithoutMeasureAreRefused() {
        given.pod.putAnnotations(ACTIVATION, "").putAnnotations(PREFIX + "/web", "{\"cpulimit\": 9223372036854775807}");
        assertThrows(Invalid.class, given::build);
        given.pod.putAnnotations(PREFIX + "/web", "{\"cpuset\": \"" + "0,".repeat(4096) + "0\"}");
        assertThrows(Invalid.class, given::build);
    }

    @Test
    void aWorkloadThatNothingChoosesIsAMistake() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Workload("", "", List.of(), new Workload.Resources(null, null, null, null, null)));
    }

    @Test
    void commandsStartOnTheFirstOfTheContainersCpusWhereTheHandlerSaysSo() throws IOException {
        assertNull(given.build().spec().process().execCPUAffinity());
        given.defaults.rules = new HandlerRules(0, List.of(), Map.of(), false, "", true, false);
        assertNull(given.build().spec().process().execCPUAffinity(), "no CPUs of its own");
        given.resources().setCpusetCpus("3-5,8");
        var spec = given.build().spec();
        assertEquals(new RuntimeSpec.CpuAffinity("3"), spec.process().execCPUAffinity());
        var further = FirstProcess.joining(spec.process(), List.of("sh"), false);
        assertEquals(new RuntimeSpec.CpuAffinity("3"), further.execCPUAffinity());
    }
}
