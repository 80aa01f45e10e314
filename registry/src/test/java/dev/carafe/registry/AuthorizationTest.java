package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {
    private static final Credentials JOE = new Credentials("joe", "pa:ss", "", "");
    private static final String JOES_BASIC = "Basic am9lOnBhOnNz";

    private final TestImage image = TestImage.ofLayer(1000);
    private final Contents contents = Contents.of(image);

    /// Gives `token-1`, `token-2` and so on; each is valid until the next is given.
    private final AtomicInteger tokens = new AtomicInteger();

    private ScriptedServer tokenService(String answerAfterToken) throws IOException {
        return ScriptedServer.plain((_, reply) ->
                reply.json("{\"token\":\"token-" + tokens.incrementAndGet() + "\"" + answerAfterToken + "}"));
    }

    private ScriptedServer bearerRegistry(ScriptedServer service) throws IOException {
        return ScriptedServer.plain((request, reply) -> {
            if (request.authorization().equals("Bearer token-" + tokens.get())) {
                contents.answer(request, reply);
            } else {
                reply.challenge("http://" + service.host() + "/token?x=y");
            }
        });
    }

    private static void resolve(Registry registry, ScriptedServer server, Credentials credentials)
            throws IOException, InterruptedException {
        registry.resolve(Clients.reference(server), Clients.AMD64, credentials);
    }

    @Test
    void aTokenIsFetchedWithoutCredentialsAndUsedAgain() throws Exception {
        try (var service = tokenService("");
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            resolve(registry, server, Credentials.none());
            var blob = registry.readBlob(Clients.reference(server), image.configDescriptor(), Credentials.none());
            assertArrayEquals(image.config, blob);
            resolve(registry, server, Credentials.none());
            var asked = service.requests();
            assertEquals(1, asked.size());
            assertEquals(
                    "/token?x=y&service=here&scope=repository%3Ateam%2Fapp%3Apull",
                    asked.getFirst().target());
            assertEquals("", asked.getFirst().authorization());
            assertEquals(4, server.requests().size());
        }
    }

    @Test
    void userAndPasswordGoToTheTokenServiceOnly() throws Exception {
        try (var service = tokenService("");
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            resolve(registry, server, JOE);
            assertEquals(JOES_BASIC, service.requests().getFirst().authorization());
            assertTrue(
                    server.requests().stream().noneMatch(r -> r.authorization().startsWith("Basic")));
        }
    }

    @Test
    void anIdentityTokenIsPostedForAToken() throws Exception {
        var identity = new Credentials("", "", "refresh me & more", "");
        try (var service = ScriptedServer.plain((_, reply) -> {
                    tokens.incrementAndGet();
                    reply.json("{\"access_token\":\"token-1\",\"expires_in\":300}");
                });
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            resolve(registry, server, identity);
            var asked = service.requests().getFirst();
            assertEquals("POST", asked.method());
            assertEquals("/token?x=y", asked.target());
            assertEquals(
                    "grant_type=refresh_token&client_id=carafe&service=here&scope=repository%3Ateam%2Fapp%3Apull"
                            + "&refresh_token=refresh+me+%26+more",
                    asked.body());
        }
    }

    @Test
    void aPostedIdentityTokenFollowsNoRedirect() throws Exception {
        var identity = new Credentials("", "", "refresh me", "");
        try (var elsewhere = tokenService("");
                var service = ScriptedServer.plain((_, reply) -> reply.redirect("http://" + elsewhere.host() + "/"));
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            assertThrows(RegistryProtocolException.class, () -> resolve(registry, server, identity));
            assertEquals(List.of(), elsewhere.requests());
        }
    }

    @Test
    void aRegistryTokenIsTheBearerTokenItself() throws Exception {
        tokens.set(7);
        try (var service = tokenService("");
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            resolve(registry, server, new Credentials("", "", "", "token-7"));
            assertEquals(1, server.requests().size());
            var refused = assertThrows(
                    UnauthorizedException.class,
                    () -> resolve(registry, server, new Credentials("", "", "", "token-8")));
            assertFalse(refused.getMessage().contains("token-8"), refused.getMessage());
            assertThrows(
                    UnauthorizedException.class,
                    () -> resolve(registry, server, new Credentials("", "", "", "to\r\nken")));
            assertEquals(List.of(), service.requests());
        }
    }

    @Test
    void anExpiredTokenIsRenewedBeforeItIsRefused() throws Exception {
        var now = new AtomicReference<>(Instant.EPOCH);
        try (var service = tokenService(",\"expires_in\":100");
                var server = bearerRegistry(service);
                var registry = Clients.registry(Clients.patientConfig(Set.of()), now::get)) {
            resolve(registry, server, Credentials.none());
            now.set(Instant.EPOCH.plusSeconds(90));
            resolve(registry, server, Credentials.none());
            assertEquals(1, tokens.get());
            now.set(Instant.EPOCH.plusSeconds(100));
            resolve(registry, server, Credentials.none());
            assertEquals(2, tokens.get());
            assertEquals(4, server.requests().size());
        }
    }

    @Test
    void aTokenThatIsRefusedInTheMiddleIsRenewed() throws Exception {
        try (var service = tokenService("");
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            resolve(registry, server, Credentials.none());
            tokens.incrementAndGet(); // the registry has forgotten the first
            resolve(registry, server, Credentials.none());
            assertEquals(3, tokens.get());
        }
    }

    @Test
    void aFreshTokenThatIsRefusedEndsIt() throws Exception {
        try (var service = tokenService("");
                var server = ScriptedServer.plain((_, reply) -> reply.challenge("http://" + service.host() + "/"));
                var registry = Clients.patient()) {
            var failure = assertThrows(UnauthorizedException.class, () -> resolve(registry, server, JOE));
            assertEquals(
                    "manifest of " + server.host()
                            + "/team/app:1: HTTP 401 Unauthorized: UNAUTHORIZED: authentication required",
                    failure.getMessage());
            assertEquals(2, server.requests().size());
        }
    }

    @Test
    void tokensAreNotSharedBetweenRepositoriesOrCredentials() throws Exception {
        try (var service = tokenService("");
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            resolve(registry, server, Credentials.none());
            resolve(registry, server, JOE);
            registry.resolve(Reference.parse(server.host() + "/team/other:1"), Clients.AMD64, JOE);
            assertEquals(3, service.requests().size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "",
                "[]",
                "{\"token\":\"\"}",
                "{\"token\":\"a\\r\\nb\"}",
                "{\"token\":\"a b\"}",
                "{\"token\":5}"
            })
    void anAnswerWithoutATokenIsRefused(String answer) throws Exception {
        try (var service = ScriptedServer.plain((_, reply) -> reply.json(answer));
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            var failure = assertThrows(RegistryProtocolException.class, () -> resolve(registry, server, JOE));
            assertTrue(failure.getMessage().contains("holds no token"), failure.getMessage());
        }
    }

    @Test
    void anOversizedTokenIsRefused() throws Exception {
        try (var service =
                        ScriptedServer.plain((_, reply) -> reply.json("{\"token\":\"" + "x".repeat(20_000) + "\"}"));
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            assertThrows(RegistryProtocolException.class, () -> resolve(registry, server, JOE));
        }
    }

    @Test
    void theTokenServicesRefusalIsPassedOn() throws Exception {
        try (var service = ScriptedServer.plain(
                        (_, reply) -> reply.send(401, Map.of(), "{\"details\":\"incorrect password pa:ss\"}"));
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            var failure = assertThrows(UnauthorizedException.class, () -> resolve(registry, server, JOE));
            assertEquals(
                    "manifest of " + server.host() + "/team/app:1: token service http://" + service.host()
                            + ": HTTP 401 Unauthorized: incorrect password ***",
                    failure.getMessage());
        }
    }

    @Test
    void aTokenServiceThatIsBusyIsAskedAgain() throws Exception {
        try (var service = ScriptedServer.plain((_, reply) -> {
                    if (tokens.incrementAndGet() == 1) {
                        reply.status(503);
                    } else {
                        reply.json("{\"token\":\"token-2\"}");
                    }
                });
                var server = bearerRegistry(service);
                var registry = Clients.patient()) {
            resolve(registry, server, JOE);
            assertEquals(2, service.requests().size());
        }
    }

    @Test
    void credentialsDoNotGoToATokenServiceWithoutTls() throws Exception {
        try (var server = ScriptedServer.plain((_, reply) -> reply.challenge("http://auth.example/token"));
                var registry = Clients.patient()) {
            var failure = assertThrows(UnauthorizedException.class, () -> resolve(registry, server, JOE));
            assertTrue(failure.getMessage().contains("without TLS"), failure.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftp://x/", "token", "http://", "http://joe:secret@127.0.0.1/"})
    void aRealmThatIsNoUrlIsRefused(String realm) throws Exception {
        try (var server = ScriptedServer.plain((_, reply) -> reply.challenge(realm));
                var registry = Clients.patient()) {
            assertThrows(RegistryProtocolException.class, () -> resolve(registry, server, JOE));
        }
    }

    private ScriptedServer basicRegistry() throws IOException {
        return ScriptedServer.plain((request, reply) -> {
            if (request.authorization().equals(JOES_BASIC)) {
                contents.answer(request, reply);
            } else {
                reply.send(401, Map.of("www-authenticate", "Basic realm=\"here\""), "");
            }
        });
    }

    @Test
    void userAndPasswordAreGivenWhereTheyAreAskedFor() throws Exception {
        try (var server = basicRegistry();
                var registry = Clients.patient()) {
            resolve(registry, server, JOE);
            resolve(registry, server, JOE);
            assertEquals(
                    List.of("", JOES_BASIC, JOES_BASIC),
                    server.requests().stream()
                            .map(ScriptedServer.Received::authorization)
                            .toList());
        }
    }

    @Test
    void aWrongPasswordEndsIt() throws Exception {
        var wrong = new Credentials("joe", "guess", "", "");
        try (var server = basicRegistry();
                var registry = Clients.patient()) {
            assertThrows(UnauthorizedException.class, () -> resolve(registry, server, wrong));
            var failure = assertThrows(UnauthorizedException.class, () -> resolve(registry, server, wrong));
            assertFalse(failure.getMessage().contains("guess"), failure.getMessage());
            assertEquals(3, server.requests().size());
        }
    }

    @Test
    void aPasswordThatIsMissingIsAskedFor() throws Exception {
        try (var server = basicRegistry();
                var registry = Clients.patient()) {
            var failure =
                    assertThrows(UnauthorizedException.class, () -> resolve(registry, server, Credentials.none()));
            assertTrue(failure.getMessage().contains("none was given"), failure.getMessage());
        }
    }

    @Test
    void anUnknownSchemeIsNamed() throws Exception {
        try (var server = ScriptedServer.plain(
                        (_, reply) -> reply.send(401, Map.of("www-authenticate", "Negotiate"), ""));
                var registry = Clients.patient()) {
            var failure = assertThrows(UnauthorizedException.class, () -> resolve(registry, server, JOE));
            assertTrue(failure.getMessage().contains("negotiate"), failure.getMessage());
        }
    }

    @Test
    void authorizationStaysBehindWhenARedirectLeadsElsewhere() throws Exception {
        try (var storage = ScriptedServer.plain(contents);
                var server = ScriptedServer.plain((request, reply) -> {
                    if (request.authorization().isEmpty()) {
                        reply.send(401, Map.of("www-authenticate", "Basic realm=x"), "");
                    } else {
                        reply.redirect("http://" + storage.host() + request.target() + "?signature=secret");
                    }
                });
                var registry = Clients.patient()) {
            registry.readBlob(Clients.reference(server), image.configDescriptor(), JOE);
            assertEquals("", storage.requests().getFirst().authorization());
            assertTrue(storage.requests().getFirst().target().endsWith("?signature=secret"));
        }
    }

    @Test
    void authorizationGoesAlongWithinTheSameOrigin() throws Exception {
        try (var server = ScriptedServer.plain((request, reply) -> {
                    if (request.authorization().isEmpty()) {
                        reply.send(401, Map.of("www-authenticate", "Basic realm=x"), "");
                    } else if (request.path().startsWith("/v2/")) {
                        reply.redirect("/moved" + request.path());
                    } else {
                        contents.answer(request, reply);
                    }
                });
                var registry = Clients.patient()) {
            resolve(registry, server, JOE);
            assertEquals(3, server.requests().size());
        }
    }

    @Test
    void theStorageBehindARedirectGetsNoCredentialsWhenItAsks() throws Exception {
        try (var storage = ScriptedServer.plain(
                        (_, reply) -> reply.send(401, Map.of("www-authenticate", "Basic realm=x"), ""));
                var server = ScriptedServer.plain(
                        (_, reply) -> reply.redirect("http://" + storage.host() + "/steal?signature=secret"));
                var registry = Clients.patient()) {
            var failure = assertThrows(UnauthorizedException.class, () -> resolve(registry, server, JOE));
            assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
            assertEquals(1, storage.requests().size());
            assertEquals("", storage.requests().getFirst().authorization());
        }
    }

    @Test
    void aTokenOfUnboundedValidityIsUsedForADayAtMost() {
        var token = new Token.Document("abc", null, Long.MAX_VALUE).usable().orElseThrow();
        assertEquals(Duration.ofDays(1), token.validFor());
    }
}
