package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.system.FaultProxy.Fault;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of a pull when the network or the registry fails: either it comes to its end nevertheless, or the
/// store is as it was and the error says what could not be had.
@Tag("system")
class PullFaultsTest {
    private static final int ALWAYS = Integer.MAX_VALUE;

    @ParameterizedTest
    @EnumSource(names = {"CUT", "STALL", "TOO_MANY_REQUESTS", "UNAVAILABLE", "REDIRECT"})
    void whatPassesIsOvercome(Fault fault) throws Exception {
        try (var node = ProxiedNode.start()) {
            var tag = node.push("app:1", 1, 2);
            node.proxy().breakNext(1, node.blobs("app", "1").getFirst(), fault);
            var id = node.pull(tag);
            assertEquals(id, node.status(tag).getId());
            if (fault != Fault.REDIRECT) {
                assertTrue(node.proxy().count(node.blobs("app", "1").getFirst()) > 1, "asked again");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CUT", "STALL", "CORRUPT", "TOO_MANY_REQUESTS", "UNAVAILABLE", "REDIRECT_TO_NOBODY"})
    void whatDoesNotPassLeavesTheStoreAsItWasAndNamesImageAndBlob(Fault fault) throws Exception {
        try (var node = ProxiedNode.start()) {
            node.pull(node.push("there:1", 1));
            var before = node.store();
            var tag = node.push("app:1", 1, 2, 3);
            var blob = node.blobs("app", "1").getLast();
            node.proxy().breakNext(ALWAYS, blob, fault);

            var failure = assertThrows(IOException.class, () -> node.pull(tag));
            var message = String.valueOf(failure.getMessage());
            assertTrue(message.contains(tag) && message.contains(blob), message);
            if (fault == Fault.REDIRECT_TO_NOBODY) {
                assertTrue(
                        message.contains(node.proxy().address() + ": it redirects to http://" + FaultProxy.NOBODY),
                        message);
            }
            Await.until("the store as it was", () -> node.store().equals(before));
            assertEquals(1, node.images().size());

            node.proxy().repair();
            assertEquals(node.pull(tag), node.status(tag).getId());
        }
    }

    @Test
    void aManifestOrConfigurationThatIsNotWhatItShouldBeIsRefused() throws Exception {
        try (var node = ProxiedNode.start()) {
            var tag = node.push("app:1", 1);
            var before = node.store();
            for (var path : List.of("/manifests/", "/blobs/")) {
                for (var fault : List.of(Fault.CORRUPT, Fault.UNAVAILABLE, Fault.CUT)) {
                    node.proxy().breakNext(ALWAYS, path, fault);
                    var failure = assertThrows(IOException.class, () -> node.pull(tag));
                    assertTrue(String.valueOf(failure.getMessage()).contains(tag), failure.toString());
                    Await.until("the store as it was", () -> node.store().equals(before));
                    node.proxy().repair();
                }
            }
            assertEquals(node.pull(tag), node.status(tag).getId());
        }
    }
}
