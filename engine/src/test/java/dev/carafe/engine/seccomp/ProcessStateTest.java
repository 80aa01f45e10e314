package dev.carafe.engine.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.oci.BadJsonException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessStateTest {
    private static final ContainerId ID = new ContainerId("a".repeat(64));

    private static String state(String fds, String id) {
        return """
                {"ociVersion":"1.0.2","fds":%s,"pid":4422,"metadata":"x}{","state":
                 {"ociVersion":"1.0.2","id":"%s","status":"creating","annotations":{"a":"\\"{"}}}""".formatted(fds, id);
    }

    @Test
    void itSaysWhichDescriptorTellsOfCalls() throws Exception {
        var state = ProcessState.parse(state("[\"other\",\"seccompFd\"]", ID.value()));
        assertEquals(1, state.filter(ID, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "[\"other\"]", "[\"seccompFd\",\"seccompFd\"]", "[\"seccompFd\",\"other\"]"})
    void oneThatNamesOtherDescriptorsThanCameIsRefused(String fds) throws Exception {
        var state = ProcessState.parse(state(fds, ID.value()));
        assertThrows(IOException.class, () -> state.filter(ID, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "aaaa", "AAAA"})
    void oneOfAnotherContainerIsRefused(String id) throws Exception {
        var state = ProcessState.parse(state("[\"seccompFd\"]", id));
        assertThrows(IOException.class, () -> state.filter(ID, 1));
        assertThrows(
                IOException.class,
                () -> ProcessState.parse("{\"fds\":[\"seccompFd\"]}").filter(ID, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[", "{\"fds\":{}}", "{\"fds\":[1]"})
    void whatIsNoStateIsRefused(String json) {
        assertThrows(BadJsonException.class, () -> ProcessState.parse(json));
    }

    @Test
    void itIsWholeWithItsLastBraceAndNotBefore() {
        var whole = state("[\"seccompFd\"]", ID.value());
        assertTrue(ProcessState.isWhole(whole));
        for (var length = 0; length < whole.length(); length++) {
            assertFalse(ProcessState.isWhole(whole.substring(0, length)), whole.substring(0, length));
        }
    }
}
