package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
    private static final Origin ORIGIN = Origin.of(true, "a.example");

    private static Proxy proxy(String url) {
        return Proxies.of(Map.of("HTTPS_PROXY", url)).of(ORIGIN).orElseThrow();
    }

    @Test
    void eachSchemeHasItsOwnProxy() {
        var proxies = Proxies.of(Map.of("HTTP_PROXY", "one.example:1", "https_proxy", "https://two.example"));
        assertEquals(
                "http://one.example:1",
                proxies.of(Origin.of(false, "a.example")).orElseThrow().toString());
        assertEquals("https://two.example", proxies.of(ORIGIN).orElseThrow().toString());
        assertEquals(List.of("http by http://one.example:1", "https by https://two.example"), proxies.shown());
        assertEquals(Proxies.none(), Proxies.of(Map.of()));
        assertEquals(Proxies.none(), Proxies.of(Map.of("HTTPS_PROXY", "")));
    }

    @Test
    void capitalsCountMore() {
        var proxies = Proxies.of(Map.of("HTTPS_PROXY", "big.example", "https_proxy", "small.example"));
        assertEquals("http://big.example", proxies.of(ORIGIN).orElseThrow().toString());
    }

    @Test
    void userAndPasswordAreForTheProxyAndForNobodysEyes() {
        var proxy = proxy("http://joe:p%40ss+%3A@proxy.example:3128/");
        assertEquals(Origin.of(false, "proxy.example:3128"), proxy.origin());
        assertEquals(new Credentials("joe", "p@ss+:", "", "").basic(), proxy.authorization());
        assertEquals("http://proxy.example:3128", proxy.toString());
        var proxies = Proxies.of(Map.of("HTTP_PROXY", "joe:secret@proxy.example"));
        assertFalse(proxies.toString().contains("secret"), proxies.toString());
        assertEquals("", proxy("proxy.example").authorization());
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://joe:secret@x", "ftp://x", "http://", "joe:secret@x:port", "http://x%zz@y y"})
    void whatIsNoHttpProxyIsRefusedWithoutShowingIt(String url) {
        var environment = Map.of("https_proxy", url);
        var failure = assertThrows(IllegalArgumentException.class, () -> Proxies.of(environment));
        assertTrue(failure.getMessage().startsWith("https_proxy: "), failure.getMessage());
        assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "*; a.example; true",
                "b.example, *; a.example; true",
                "a.example; a.example; true",
                "A.Example; a.example; true",
                "a.example; x.a.example; true",
                "a.example; xa.example; false",
                "a.example; a.example.org; false",
                ".a.example; a.example; false",
                ".a.example; x.a.example; true",
                "*.a.example; a.example; false",
                "*.a.example; x.y.a.example; true",
                "a.example:443; a.example; true",
                "a.example:5000; a.example; false",
                "a.example:5000; a.example:5000; true",
                "10.1.2.3; 10.1.2.3; true",
                "10.1.2.3; 10.1.2.30; false",
                "10.1.2.3:5000; 10.1.2.3:5000; true",
                "10.1.2.3:5000; 10.1.2.3; false",
                "10.0.0.0/8; 10.200.1.1:5000; true",
                "10.0.0.0/8; 11.0.0.1; false",
                "10.128.0.0/9; 10.127.0.1; false",
                "10.128.0.0/9; 10.128.0.1; true",
                "10.0.0.0/33; 10.0.0.1; false",
                "fd00::/8; [fd12::1]:5000; true",
                "fd00::/8; [fe12::1]; false",
                "fd00::/8; 10.0.0.1; false",
                "[fd00::1]:5000; [fd00::1]:5000; true",
                "fd00::1; [fd00::1]; true",
                "x/y, , :, :1, a.example:x, []; a.example; false",
                "b.example; localhost:5000; true",
                "b.example; 127.1.2.3; true",
                "b.example; [::1]:5000; true",
            })
    void noProxyNamesWhoIsReachedDirectly(String list, String host, boolean direct) {
        var proxies = Proxies.of(Map.of("HTTPS_PROXY", "proxy.example", "NO_PROXY", list));
        assertEquals(direct, proxies.of(Origin.of(true, host)).isEmpty());
    }
}
