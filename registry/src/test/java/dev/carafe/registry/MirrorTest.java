package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.MediaTypes;
import dev.carafe.oci.Reference;
import dev.carafe.registry.conf.Mirror;
import dev.carafe.registry.conf.RegistryRule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Images of a registry that is asked by way of its mirrors.
class MirrorTest {
    private static final Reference ASKED = Reference.parse("registry.invalid/team/app:1");

    private final TestImage image = TestImage.ofLayer(300_000);

    private static Registry registry(String primary, boolean blocked, String... mirrors) {
        return registry(Clock.systemUTC(), primary, blocked, mirrors);
    }

    private static Registry registry(InstantSource clock, String primary, boolean blocked, String... mirrors) {
        var rule = new RegistryRule(
                "registry.invalid",
                primary,
                false,
                blocked,
                false,
                Stream.of(mirrors)
                        .map(location -> new Mirror(location, false, Mirror.Use.ALL))
                        .toList());
        var trust = new RegistryConfig.Trust(List.of(), List.of());
        return Clients.registry(Clients.config(Clients.conf(List.of(rule)), trust, Proxies.none()), clock);
    }

    private static Registry.Resolved resolve(Registry registry) throws IOException, InterruptedException {
        return registry.resolve(ASKED, Clients.AMD64, Credentials.none());
    }

    private void readAll(Registry registry) throws IOException, InterruptedException {
        assertEquals(image.digest(), resolve(registry).digest());
        assertArrayEquals(image.config, registry.readBlob(ASKED, image.configDescriptor(), Credentials.none()));
        try (var body = registry.openBlob(ASKED, image.layerDescriptor(), Credentials.none())) {
            assertArrayEquals(image.layer, body.readAllBytes());
        }
    }

    private static String unusedHost() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    @Test
    void theFirstThatHasTheImageServesAllOfItUnderTheNameThatWasAsked() throws Exception {
        try (var first = ScriptedServer.plain(Contents.of(image));
                var second = ScriptedServer.plain(Contents.of(image));
                var registry = registry("registry.invalid", false, first.host() + "/copies", second.host())) {
            assertEquals(ASKED, resolve(registry).reference());
            readAll(registry);
            assertTrue(first.paths().stream().allMatch(path -> path.startsWith("/v2/copies/team/app/")));
            assertEquals(List.of(), second.requests());
        }
    }

    @Test
    void whatAMirrorHasNotTheNextIsAskedForAndThenFirst() throws Exception {
        try (var empty = ScriptedServer.plain(new Contents());
                var second = ScriptedServer.plain(Contents.of(image));
                var registry = registry("registry.invalid", false, unusedHost(), empty.host(), second.host())) {
            readAll(registry);
            assertEquals(List.of("/v2/team/app/manifests/1"), empty.paths());
            assertEquals(3, second.requests().size());
        }
    }

    @Test
    void anyFailureOfAMirrorLeadsOn() throws Exception {
        for (ScriptedServer.Script broken : List.<ScriptedServer.Script>of(
                (request, reply) -> reply.status(401),
                (request, reply) -> reply.status(403),
                (request, reply) -> reply.status(503),
                (request, reply) -> reply.send(200, Map.of("content-type", "text/html"), "<p>log in"),
                (request, reply) -> reply.raw("nonsense\r\n\r\n"),
                (request, reply) -> reply.cut())) {
            try (var mirror = ScriptedServer.plain(broken);
                    var primary = ScriptedServer.plain(Contents.of(image));
                    var registry = registry(primary.host(), false, mirror.host())) {
                readAll(registry);
            }
        }
    }

    @Test
    void nobodyWaitsForABusyMirrorWhenAnotherPlaceIsLeft() throws Exception {
        try (var waiting = ScriptedServer.plain((request, reply) -> reply.send(429, Map.of("retry-after", "20"), ""));
                var busy = ScriptedServer.plain((request, reply) -> reply.status(503));
                var primary = ScriptedServer.plain(Contents.of(image));
                var registry = registry(primary.host(), false, waiting.host(), busy.host())) {
            readAll(registry);
            assertEquals(1, waiting.requests().size());
            assertEquals(2, busy.requests().size());
        }
    }

    @Test
    void aMirrorThatGivesAnotherImageForADigestIsPassedOver() throws Exception {
        var other = TestImage.ofLayer(5);
        var wrong = new Contents().manifest("1", image.manifest, MediaTypes.OCI_MANIFEST);
        try (var mirror = ScriptedServer.plain((request, reply) -> {
                    if (request.path().contains("sha256")) {
                        reply.send(200, Map.of("content-type", MediaTypes.OCI_MANIFEST), other.manifest);
                    } else {
                        wrong.answer(request, reply);
                    }
                });
                var primary = ScriptedServer.plain(Contents.of(image));
                var registry = registry(primary.host(), false, mirror.host())) {
            var pinned = Reference.parse("registry.invalid/team/app@" + image.digest());
            var resolved = registry.resolve(pinned, Clients.AMD64, Credentials.none());
            assertArrayEquals(image.manifest, resolved.manifestBytes());
            assertEquals(1, mirror.requests().size());
        }
    }

    @Test
    void aMirrorThatCouldNotBeReachedIsAskedLastForAWhile() throws Exception {
        var now = new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
        var late = unusedHost();
        try (var primary = ScriptedServer.plain(Contents.of(image));
                var registry = registry(now::get, primary.host(), false, late)) {
            resolve(registry);
            try (var mirror = ScriptedServer.plain(port(late), Contents.of(image))) {
                now.updateAndGet(time -> time.plusSeconds(50));
                resolve(registry);
                assertEquals(0, mirror.requests().size());
                now.updateAndGet(time -> time.plusSeconds(20));
                resolve(registry);
                assertEquals(1, mirror.requests().size());
                assertEquals(2, primary.requests().size());
            }
        }
    }

    @Test
    void aMirrorThatCouldNotBeReachedIsAskedNeverthelessWhereAllOthersFail() throws Exception {
        var late = unusedHost();
        var isBroken = new AtomicBoolean();
        var contents = Contents.of(image);
        try (var primary = ScriptedServer.plain((request, reply) -> {
                    if (isBroken.get()) {
                        reply.status(403);
                    } else {
                        contents.answer(request, reply);
                    }
                });
                var registry = registry(primary.host(), false, late)) {
            resolve(registry);
            isBroken.set(true);
            var failure = assertThrows(RegistryException.class, () -> resolve(registry));
            var first = failure.getMessage().indexOf(primary.host());
            assertTrue(first > 0 && first < failure.getMessage().indexOf(late), failure.getMessage());
            try (var _ = ScriptedServer.plain(port(late), contents)) {
                assertEquals(image.digest(), resolve(registry).digest());
            }
        }
    }

    private static int port(String host) {
        return Integer.parseInt(host.substring(host.indexOf(':') + 1));
    }

    @Test
    void whenAllFailOneErrorNamesEachAndItsCause() throws Exception {
        var nobody = unusedHost();
        try (var empty = ScriptedServer.plain(new Contents());
                var closed = ScriptedServer.plain((request, reply) -> reply.status(403));
                var registry = registry(closed.host() + "/all", false, nobody, empty.host() + "/x")) {
            var failure = assertThrows(UnauthorizedException.class, () -> resolve(registry));
            var parts = failure.getMessage().split("; ");
            assertTrue(parts[0].startsWith("manifest of registry.invalid/team/app:1: " + nobody + "/team/app:1: "));
            assertTrue(parts[0].contains("Connection refused"), parts[0]);
            assertEquals(empty.host() + "/x/team/app:1: HTTP 404 Not Found: NAME_UNKNOWN: no such thing", parts[1]);
            assertEquals(closed.host() + "/all/team/app:1: HTTP 403 Forbidden", parts[2]);
            assertEquals(2, failure.getSuppressed().length);
        }
    }

    @Test
    void aBlockedRegistryIsNotAskedButItsMirrorIs() throws Exception {
        try (var mirror = ScriptedServer.plain(Contents.of(image));
                var primary = ScriptedServer.plain(Contents.of(image));
                var mirrored = registry(primary.host(), true, mirror.host());
                var alone = registry(primary.host(), true);
                var failing = registry(primary.host(), true, unusedHost())) {
            readAll(mirrored);
            var failure = assertThrows(BlockedException.class, () -> resolve(alone));
            assertTrue(failure.getMessage().contains("registries.conf blocks " + primary.host()), failure.getMessage());
            var both = assertThrows(RegistryUnavailableException.class, () -> resolve(failing));
            assertTrue(both.getMessage().contains("registries.conf blocks " + primary.host()), both.getMessage());
            assertEquals(List.of(), primary.requests());
        }
    }

    @Test
    void aBlobGoesOnAtAnotherPlaceWhereTheFirstBreaksOff() throws Exception {
        var contents = Contents.of(image);
        try (var mirror = ScriptedServer.plain((request, reply) -> {
                    if (!request.path()
                            .endsWith(image.layerDescriptor().digest().toString())) {
                        contents.answer(request, reply);
                    } else if (request.headers().containsKey("range")) {
                        reply.status(500);
                    } else {
                        reply.raw("HTTP/1.1 200 OK\r\ncontent-length: " + image.layer.length + "\r\n\r\n");
                        reply.raw(Arrays.copyOf(image.layer, 100_000));
                        reply.cut();
                    }
                });
                var primary = ScriptedServer.plain(contents);
                var registry = registry(primary.host(), false, mirror.host())) {
            readAll(registry);
            assertEquals(1, primary.requests().size());
            assertEquals(
                    "bytes=100000-", primary.requests().getFirst().headers().get("range"));
        }
    }

    @Test
    void aBlobThatNeverGoesOnAtOnePlaceDoesSoAtAnother() throws Exception {
        var contents = Contents.of(image);
        try (var mirror = ScriptedServer.plain((request, reply) -> {
                    if (!request.path()
                            .endsWith(image.layerDescriptor().digest().toString())) {
                        contents.answer(request, reply);
                    } else {
                        var range = request.headers().containsKey("range");
                        reply.raw(
                                range
                                        ? "HTTP/1.1 206 Partial\r\ncontent-range: bytes 100000-"
                                                + (image.layer.length - 1) + "/" + image.layer.length
                                                + "\r\ncontent-length: " + (image.layer.length - 100_000) + "\r\n\r\n"
                                        : "HTTP/1.1 200 OK\r\ncontent-length: " + image.layer.length + "\r\n\r\n");
                        reply.raw(range ? new byte[0] : Arrays.copyOf(image.layer, 100_000));
                        reply.cut();
                    }
                });
                var primary = ScriptedServer.plain(contents);
                var registry = registry(primary.host(), false, mirror.host())) {
            readAll(registry);
            assertEquals(
                    "bytes=100000-", primary.requests().getFirst().headers().get("range"));
        }
    }

    @Test
    void credentialsGoToTheRegistryOfTheNameAndNotToItsMirrors() throws Exception {
        var contents = Contents.of(image);
        ScriptedServer.Script wantingAPassword = (request, reply) -> {
            if (request.authorization().isEmpty()) {
                reply.send(401, Map.of("www-authenticate", "Basic realm=\"x\""), "");
            } else {
                contents.answer(request, reply);
            }
        };
        try (var mirror = ScriptedServer.plain(wantingAPassword);
                var primary = ScriptedServer.plain(wantingAPassword)) {
            var asked = Clients.reference(primary);
            var rule = new RegistryRule(
                    primary.host(),
                    primary.host(),
                    false,
                    false,
                    false,
                    List.of(new Mirror(mirror.host(), false, Mirror.Use.ALL)));
            var trust = new RegistryConfig.Trust(List.of(), List.of());
            var config = Clients.config(Clients.conf(List.of(rule)), trust, Proxies.none());
            try (var registry = Clients.registry(config)) {
                registry.resolve(asked, Clients.AMD64, new Credentials("joe", "secret", "", ""));
            }
            assertTrue(
                    mirror.requests().stream().allMatch(r -> r.authorization().isEmpty()));
            assertEquals(2, primary.requests().size());
        }
    }

    @Test
    void aKeyringThatCantBeReadIsNamedAndTheNextIsAsked() throws Exception {
        Keyring broken = (asked, place) -> {
            if (!place.registry().equals("registry.invalid")) {
                return Credentials.none();
            }
            throw new IOException("auth.json is torn");
        };
        try (var mirror = ScriptedServer.plain(new Contents());
                var registry = registry("registry.invalid", false, mirror.host())) {
            var failure = assertThrows(IOException.class, () -> registry.resolve(ASKED, Clients.AMD64, broken));
            assertTrue(failure.getMessage().contains("HTTP 404"), failure.getMessage());
            assertTrue(
                    failure.getMessage().endsWith("credentials for registry.invalid/team/app: auth.json is torn"),
                    failure.getMessage());
            assertInstanceOf(ImageNotFoundException.class, failure.getSuppressed()[0]);
        }
    }

    @Test
    void aRuleThatLeadsToNoNameIsAnError() {
        var rule = new RegistryRule("registry.invalid/team/app", "x.invalid", false, false, false, List.of());
        var trust = new RegistryConfig.Trust(List.of(), List.of());
        try (var registry = Clients.registry(Clients.config(Clients.conf(List.of(rule)), trust, Proxies.none()))) {
            var failure = assertThrows(RegistryProtocolException.class, () -> resolve(registry));
            assertTrue(failure.getMessage().contains("x.invalid:1"), failure.getMessage());
        }
    }
}
