package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShimProgramTest {
    private static String address(String output) throws IOException {
        return ShimProgram.address(output.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anAddressIsPrintedBareOrInADocument() throws IOException {
        assertEquals("/run/containerd/s/1", address("unix:///run/containerd/s/1"));
        assertEquals("/run/containerd/s/1", address("unix:///run/containerd/s/1\n"));
        assertEquals("/s", address("{\"version\":2,\"address\":\"unix:///s\",\"protocol\":\"ttrpc\"}"));
        assertEquals("/s", address("{\"version\":3,\"address\":\"unix:///s\",\"more\":{}}"));
    }

    @Test
    void whatCannotBeReachedOrUnderstoodIsRefusedInWords() {
        Map.of(
                        "", "at \"\"",
                        "unix://relative", "at \"unix://relative\"",
                        "vsock://3:1024", "at \"vsock://3:1024\"",
                        "unix:///a\0b", "at \"unix:///a?b\"",
                        "{\"version\":3}", "at \"\"",
                        "{\"address\":\"unix:///s\",\"protocol\":\"grpc\"}", "speaks grpc, not ttrpc",
                        "{", "can't be read")
                .forEach((output, words) -> {
                    var failure = assertThrows(IOException.class, () -> address(output));
                    assertTrue(failure.getMessage().contains(words), failure.getMessage());
                });
    }
}
