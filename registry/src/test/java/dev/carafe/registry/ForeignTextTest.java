package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What may show in messages, and what may be parsed.
class ForeignTextTest {
    @Test
    void foreignTextIsOnOneLineAndShort() {
        assertEquals("a b c", Shown.of("a\r\n\u2028b\u202e\u0000c\u001b"));
        assertEquals(201, Shown.of("x".repeat(10_000)).length());
    }

    @Test
    void queriesOfUrlsAreCutOff() {
        assertEquals("see https://x/y or HTTP://z", Shown.of("see https://x/y?sig=abc&t=\u00e4 or HTTP://z?token=def"));
    }

    @Test
    void credentialsNeverShow() {
        var credentials = new Credentials("joe", "secret1", "secret2", "secret3");
        assertEquals("credentials", credentials.toString());
        assertEquals("no credentials", Credentials.none().toString());
        assertEquals("*** and *** and ***", credentials.hiddenIn("secret1 and secret2 and secret3"));
        assertEquals("nothing", Credentials.none().hiddenIn("nothing"));
        var request = Request.get(new Site("x", false), HttpUrl.parse("http://x/?secret4"), Map.of(), Redirects.SECURE)
                .authorized(credentials.basic());
        assertEquals("GET http://x/", request.toString());
    }

    @Test
    void whatIsNoSuchJsonIsNothing() {
        for (var text :
                new String[] {"", "null", "[]", "{", "{\"token\":[]}", "\u0000", "{\"a\":" + "[".repeat(1_000_000)}) {
            assertEquals(Optional.empty(), JsonText.parse(Token.Document.class, TestImage.bytes(text)), text);
        }
    }
}
