package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    private static List<Challenge> parse(String... headers) {
        return Challenge.parse(List.of(headers));
    }

    @Test
    void aRegistrysUsualChallenge() {
        assertEquals(
                List.of(new Challenge(
                        "bearer",
                        Map.of(
                                "realm", "https://auth.docker.io/token",
                                "service", "registry.docker.io",
                                "scope", "repository:library/busybox:pull"))),
                parse("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
                        + "scope=\"repository:library/busybox:pull\""));
    }

    @Test
    void severalChallengesInOneHeaderAndInSeveral() {
        var basic = new Challenge("basic", Map.of("realm", "x"));
        var bearer = new Challenge("bearer", Map.of("realm", "https://y/?a=b", "service", "z"));
        var negotiate = new Challenge("negotiate", Map.of());
        assertEquals(
                List.of(basic, negotiate, bearer),
                parse("Basic realm=x, Negotiate, bearer Realm = https://y/?a=b , service=z"));
        assertEquals(List.of(basic, bearer), parse("BASIC realm=\"x\"", "Bearer realm=https://y/?a=b,service=\"z\""));
    }

    @Test
    void quotedValuesMayHoldAnything() {
        var parameter = parse("Bearer realm=\"a, b=\\\"c\\\" \\\\ d").getFirst().parameter("realm");
        assertEquals("a, b=\"c\" \\ d", parameter);
    }

    @Test
    void whatIsMissingIsEmpty() {
        assertEquals("", parse("Bearer").getFirst().parameter("realm"));
    }

    @Test
    void challengesAreBounded() {
        assertEquals(List.of(), parse("x".repeat(10_000)));
        assertTrue(parse("a, ".repeat(1000)).size() <= 8);
        var parameters = new StringBuilder("Bearer ");
        for (var i = 0; i < 100; i++) {
            parameters.append("p").append(i).append("=v,");
        }
        assertTrue(parse(parameters.toString()).getFirst().parameters().size() <= 16);
    }

    @Test
    void nonsenseIsNoChallengeButNoFailureEither() {
        var random = new Random(42);
        var alphabet = "ab=\",\\ \t";
        for (var i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (var length = random.nextInt(20); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            for (var challenge : parse(text.toString())) {
                assertTrue(challenge.scheme().matches("[ab\\\\]+"), text.toString());
            }
        }
    }
}
