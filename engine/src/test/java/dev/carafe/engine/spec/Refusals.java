package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.EngineException;
import org.junit.jupiter.api.function.Executable;

/// Expects a refusal that begins with the field it is about.
final class Refusals {
    private Refusals() {}

    static void refused(Class<? extends EngineException> how, String field, Executable call) {
        var refusal = assertThrows(how, call);
        assertTrue(refusal.getMessage().startsWith(field), refusal.getMessage());
    }
}
