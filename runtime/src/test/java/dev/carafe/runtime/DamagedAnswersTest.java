package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What runtimes and monitors say may come cut or damaged.
class DamagedAnswersTest {
    @Test
    void aDamagedStateIsReadOrNamesItsContainer() throws Exception {
        Damage.of("{\"ociVersion\":\"1.0\",\"id\":\"a\",\"pid\":0,\"status\":\"created\"}", text -> {
            try {
                assertEquals("c1", State.parse("c1", text).id());
            } catch (IOException refused) {
                assertTrue(refused.getMessage().contains("container c1"), text);
            }
        });
    }

    @Test
    void aDamagedMessageHoldsItsTextOrAPid() throws Exception {
        Damage.of("{\"pid\":4711,\"message\":\"no\"}", text -> {
            var message = SyncMessage.parse(text);
            assertTrue(message.created().orElse(1) > 0, text);
            assertTrue(text.endsWith("}") || text.equals(message.message()), text);
        });
    }

    @Test
    void aDamagedLineOfTheLogIsNone() throws Exception {
        Damage.of(
                "{\"level\":\"error\",\"msg\":\"no \\u00e4\",\"status\":3}",
                text -> RuntimeLog.parse(text).ifPresent(entry -> assertTrue(text.contains(":"), entry.message())));
    }
}
