package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final int MOST_AT_ONCE = 64;

    private final TestImage image = TestImage.ofLayer(3_000_000);

    @Test
    void connectionsAreBoundedAndComeFreeAgain() throws Exception {
        var patient = Duration.ofSeconds(20);
        try (var server = ScriptedServer.plain(Contents.of(image));
                var registry = Clients.withTimeouts(Duration.ofMillis(300), patient, patient, patient)) {
            var reference = Clients.reference(server);
            var bodies = new ArrayList<InputStream>();
            try {
                for (var i = 0; i < MOST_AT_ONCE; i++) {
                    bodies.add(registry.openBlob(reference, image.layerDescriptor(), Credentials.none()));
                }
                var failure = assertThrows(
                        RegistryUnavailableException.class,
                        () -> registry.openBlob(reference, image.layerDescriptor(), Credentials.none()));
                assertTrue(failure.getMessage().contains("all 64 connections are in use"), failure.getMessage());
            } finally {
                for (var body : bodies) {
                    body.close();
                }
            }
            registry.openBlob(reference, image.layerDescriptor(), Credentials.none())
                    .close();
        }
    }

    @Test
    void anIdleConnectionMakesRoomForAnother() throws Exception {
        try (var server = ScriptedServer.plain(Contents.of(image));
                var other = ScriptedServer.plain(Contents.of(image));
                var http = new Http(
                        Clients.patientConfig(Set.of()), new RegistryRules(RegistryConfig.Registries.none()))) {
            var idle = manifest(other);
            http.send(idle).discard();
            var answers = new ArrayList<Answer>();
            for (var i = 0; i < MOST_AT_ONCE; i++) {
                answers.add(http.send(layer(server)));
            }
            assertEquals(MOST_AT_ONCE, server.connections());
            answers.forEach(Answer::close);
        }
    }

    private static Request manifest(ScriptedServer server) {
        return request(server, "/v2/app/manifests/1");
    }

    private Request layer(ScriptedServer server) {
        return request(server, "/v2/app/blobs/" + image.layerDescriptor().digest());
    }

    private static Request request(ScriptedServer server, String path) {
        var url = HttpUrl.parse("http://" + server.host() + path);
        return Request.get(new Site("127.0.0.1", false), url, Map.of(), Content.CHECKED);
    }
}
