package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {
    @TempDir
    private Path temporary;

    private ConfigurationFolder folder;

    @BeforeEach
    void setUp() {
        folder = new ConfigurationFolder(temporary);
    }

    @Test
    void theDefaultRuntimeMustBeThere() throws IOException {
        folder.main("[crio.runtime]\ndefault_runtime = \"kata\"\n");
        assertEquals(
                List.of("crio.conf:2: crio.runtime.default_runtime names kata, but there is no table"
                        + " [crio.runtime.runtimes.kata]"),
                folder.errors());
        assertEquals(
                List.of("--default-runtime: crio.runtime.default_runtime names x, but there is no table"
                        + " [crio.runtime.runtimes.x]"),
                folder.errors("--default-runtime=x"));
        assertEquals("runc", folder.value(RuntimeKeys.DEFAULT_RUNTIME, "--default-runtime=runc"));
    }

    @Test
    void tlsForStreamsNeedsCertificateAndKey() throws IOException {
        folder.main("[crio.api]\nstream_enable_tls = true\nstream_tls_cert = \"/c\"\n");
        assertEquals(
                List.of("crio.conf:2: crio.api.stream_enable_tls needs stream_tls_cert and stream_tls_key"),
                folder.errors());
    }

    @Test
    void someKeysOfHandlersAreForOneTypeOnly() throws IOException {
        folder.main("""
                [crio.runtime.runtimes.a]
                runtime_config_path = "/x"
                stream_websockets = true
                [crio.runtime.runtimes.b]
                runtime_type = "vm"
                no_sync_log = true
                """);
        assertEquals(
                List.of(
                        "crio.conf:3: crio.runtime.runtimes.a.stream_websockets is only allowed with runtime_type"
                                + " \"pod\"",
                        "crio.conf:2: crio.runtime.runtimes.a.runtime_config_path is only allowed with runtime_type"
                                + " \"vm\"",
                        "crio.conf:6: crio.runtime.runtimes.b.no_sync_log is only allowed with runtime_type \"oci\""),
                folder.errors());
    }

    @Test
    void aWorkloadNeedsAnActivationAnnotation() throws IOException {
        folder.main("[crio.runtime.workloads.w]\nannotation_prefix = \"p\"\n");
        assertEquals(List.of("crio.conf:1: crio.runtime.workloads.w needs an activation_annotation"), folder.errors());
    }

    @Test
    void tracingNeedsAPlaceForItsSpans() throws IOException {
        folder.main("[crio.tracing]\ntracing_endpoint = \"\"\nenable_tracing = true\n");
        assertEquals(List.of("crio.conf:3: crio.tracing.enable_tracing needs tracing_endpoint"), folder.errors());
        folder.main("[crio.tracing]\ntracing_endpoint = \"\"\n");
        assertEquals(List.of(), folder.warnings());
        folder.main("[crio.tracing]\nenable_tracing = true\ntracing_endpoint = \"[::1]:4317\"\n");
        assertEquals(List.of(), folder.warnings());
    }

    @Test
    void allPodMetricsStandAlone() throws IOException {
        folder.main("[crio.stats]\nincluded_pod_metrics = [\"all\", \"cpu\"]\n");
        assertEquals(
                List.of("crio.conf:2: crio.stats.included_pod_metrics must have \"all\" alone, or not at all"),
                folder.errors());
    }

    @Test
    void aStopTimeoutThatIsTooShortIsRaised() throws IOException {
        folder.main("[crio.runtime]\nctr_stop_timeout = 5\n");
        assertEquals(List.of("crio.conf:2: crio.runtime.ctr_stop_timeout is raised to 30"), folder.warnings());
    }
}
