package dev.carafe.daemon.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.EngineException;
import dev.carafe.engine.InUse;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.NotFound;
import dev.carafe.engine.TimedOut;
import dev.carafe.engine.Unavailable;
import dev.carafe.engine.Unsupported;
import dev.carafe.engine.WrongState;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FailuresTest {
    private static final Map<EngineException, Status.Code> CODES = Map.of(
            new NotFound("no pod with id 7"), Status.Code.NOT_FOUND,
            new Invalid("name is empty"), Status.Code.INVALID_ARGUMENT,
            new WrongState("it is exited"), Status.Code.FAILED_PRECONDITION,
            new InUse("used by c1"), Status.Code.FAILED_PRECONDITION,
            new Unavailable("no network yet"), Status.Code.UNAVAILABLE,
            new TimedOut("killed after 2 s"), Status.Code.DEADLINE_EXCEEDED,
            new Unsupported("Mount.mount_options"), Status.Code.UNIMPLEMENTED);

    @TestFactory
    Stream<DynamicTest> eachErrorOfTheEngineHasItsCodeAndKeepsItsWords() {
        return CODES.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey().getClass().getSimpleName(), () -> {
                    var status = Failures.status(e.getKey(), "id");
                    assertEquals(e.getValue(), status.getCode());
                    assertEquals(e.getKey().getMessage(), status.getDescription());
                }));
    }

    @Test
    void noErrorOfTheEngineIsForgottenHere() {
        assertEquals(
                Set.of(EngineException.class.getPermittedSubclasses()),
                CODES.keySet().stream().map(Object::getClass).collect(Collectors.toSet()));
    }

    @Test
    void theOutsideWorldsFailuresAreUnknownSoThatTheKubeletReadsTheirWords() {
        var failure = new IOException("can't write the record", new AccessDeniedException("/x"));
        var status = Failures.status(failure, "id");
        assertEquals(Status.Code.UNKNOWN, status.getCode());
        assertEquals("can't write the record: AccessDeniedException: /x", status.getDescription());
        assertEquals(
                Status.Code.UNKNOWN,
                Failures.status(new UncheckedIOException(failure), "id").getCode());
    }

    @Test
    void aReasonOfTheKernelsIsToldOnce() {
        var failure = new FileSystemException("/x", null, "No space left on device");
        var status = Failures.status(new IOException(failure.getMessage() + "; 0 inodes left", failure), "id");
        assertEquals("/x: No space left on device; 0 inodes left", status.getDescription());
    }

    @Test
    void aBugTellsNothingOfItselfButWhereItsStackIs() {
        var status = Failures.status(new IllegalStateException("password=hunter2"), "0a1b2c3d");
        assertEquals(Status.Code.INTERNAL, status.getCode());
        var text = String.valueOf(status.getDescription());
        assertTrue(text.contains("id=0a1b2c3d"), text);
        assertFalse(text.contains("hunter2"), text);
        assertEquals(
                Status.Code.INTERNAL,
                Failures.status(new StackOverflowError(), "id").getCode());
    }

    @Test
    void anInterruptWhileNobodyWentAwayIsOurOwnEnd() {
        assertEquals(
                Status.Code.UNAVAILABLE,
                Failures.status(new InterruptedException(), "id").getCode());
    }

    @Test
    void aStatusMadeOnTheWayStays() {
        var made = Status.RESOURCE_EXHAUSTED.withDescription("too long");
        assertEquals(made, Failures.status(made.asRuntimeException(), "id"));
    }

    @Test
    void aTextThatNoHeaderTakesIsCut() {
        var text = String.valueOf(
                Failures.status(new IOException("x".repeat(1 << 20)), "id").getDescription());
        assertTrue(text.length() < 4096, () -> "length " + text.length());
        assertTrue(text.endsWith("..."));
    }
}
