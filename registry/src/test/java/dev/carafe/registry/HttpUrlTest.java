package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUrlTest {
    @ParameterizedTest
    @CsvSource({
        "https://registry.example/v2/a, https://registry.example, /v2/a",
        "HTTPS://Registry.Example:443, https://registry.example, /",
        "http://x:80/#there, http://x, /",
        "https://x:80?a=b, https://x:80, /?a=b",
        "http://minio_storage:9000/a?b=c/d#e, http://minio_storage:9000, /a?b=c/d",
        "http://[2001:DB8::1]:5000/a, http://[2001:db8::1]:5000, /a"
    })
    void originAndTarget(String text, String origin, String target) {
        var url = HttpUrl.parse(text);
        assertEquals(origin, url.origin().toString());
        assertEquals(target, url.target());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/a",
                "x",
                "ftp://x/",
                "http:/x",
                "http://",
                "http:///a",
                "http://u:p@x/",
                "http://x:/",
                "http://x:0/",
                "http://x:65536/",
                "http://x/a b",
                "http://x/\r\nHost:y",
                "http://x/\u00e4",
                "http://[::1/",
                "http://x y/"
            })
    void whatIsNoUrl(String text) {
        assertThrows(IllegalArgumentException.class, () -> HttpUrl.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "https://y/z?q, https://y, /z?q",
        "//y:5/z, http://y:5, /z",
        "/z, http://x, /z",
        "z?a=b:c, http://x, /v2/z?a=b:c",
        "?q, http://x, /v2/app?q",
        "#f, http://x, /v2/"
    })
    void whereARedirectLeads(String location, String origin, String target) {
        var url = HttpUrl.parse("http://x/v2/app?old").resolve(location);
        assertEquals(origin, url.origin().toString());
        assertEquals(target, url.target());
    }

    @Test
    void aParameterGoesBehindThoseThereAre() {
        assertEquals("/a?b=c", HttpUrl.parse("http://x/a").with("b", "c").target());
        assertEquals("/a?z&b=c", HttpUrl.parse("http://x/a?z").with("b", "c").target());
    }

    @Test
    void theQueryDoesNotShow() {
        assertEquals(
                "https://x/a", HttpUrl.parse("https://x/a?signature=secret").toString());
        var failure = assertThrows(IllegalArgumentException.class, () -> HttpUrl.parse("http://x/ ?signature=secret"));
        assertFalse(failure.getMessage().contains("secret"));
    }

    @Test
    void whatIsParsedFitsInARequestLine() {
        var random = new Random(42);
        var alphabet = "a:/?#[]@. \r\n%\u20ac1";
        for (var i = 0; i < 20_000; i++) {
            var text = new StringBuilder(random.nextBoolean() ? "http://a" : "");
            for (var length = random.nextInt(12); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                var target =
                        HttpUrl.parse("http://x/y").resolve(text.toString()).target();
                assertTrue(target.matches("/[!-~]*"), text.toString());
            } catch (IllegalArgumentException refused) {
                // As it may.
            }
        }
    }
}
