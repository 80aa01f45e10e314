package dev.carafe.engine.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.cri.v1.DNSConfig;
import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResolvConfTest {
    @TempDir
    Path folder;

    @Test
    void theRequestDecidesWhenItSaysAnything() throws IOException {
        var dns = DNSConfig.newBuilder()
                .addSearches("svc.cluster.local")
                .addSearches("cluster.local")
                .addServers("10.96.0.10")
                .addServers("fd00::10")
                .addOptions("ndots:5")
                .build();
        assertEquals("""
                search svc.cluster.local cluster.local
                nameserver 10.96.0.10
                nameserver fd00::10
                options ndots:5
                """, host("nameserver 192.0.2.1\n").of(dns));
    }

    @Test
    void otherwiseItIsTheHosts() throws IOException {
        assertEquals("nameserver 192.0.2.1\n", host("nameserver 192.0.2.1\n").of(DNSConfig.getDefaultInstance()));
    }

    @Test
    void aStubOnLoopbackIsReplacedByTheServersBehindIt() throws IOException {
        Files.writeString(folder.resolve("behind"), "nameserver 192.0.2.7\n");
        assertEquals("nameserver 192.0.2.7\n", host("nameserver 127.0.0.53\n").of(DNSConfig.getDefaultInstance()));
    }

    @Test
    void aStubBesideARealServerStays() throws IOException {
        Files.writeString(folder.resolve("behind"), "nameserver 192.0.2.7\n");
        var both = "nameserver 127.0.0.53\nnameserver 192.0.2.1\noptions edns0 trust-ad\n";
        assertEquals(both, host(both).of(DNSConfig.getDefaultInstance()));
        Files.delete(folder.resolve("behind"));
        assertEquals("nameserver 127.0.0.53\n", host("nameserver 127.0.0.53\n").of(DNSConfig.getDefaultInstance()));
    }

    @Test
    void aLongListOfSearchesIsKeptWhole() throws IOException {
        // As many, and more letters, than resolvers took before glibc 2.26.
        var searches = IntStream.range(0, 32)
                .mapToObj(i -> "namespace-" + i + "." + "x".repeat(60) + ".svc.cluster.local")
                .toList();
        var dns = DNSConfig.newBuilder().addAllSearches(searches).build();
        assertEquals("search " + String.join(" ", searches) + "\n", host("").of(dns));
        var endless = DNSConfig.newBuilder()
                .addAllSearches(Collections.nCopies(257, "a.local"))
                .build();
        var resolvConf = host("");
        assertThrows(Invalid.class, () -> resolvConf.of(endless));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.1\nnameserver 6.6.6.6", "a\0b"})
    void anEntryCannotAddLines(String entry) throws IOException {
        var resolvConf = host("");
        var dns = DNSConfig.newBuilder().addServers(entry).build();
        assertThrows(Invalid.class, () -> resolvConf.of(dns));
    }

    private ResolvConf host(String text) throws IOException {
        var host = folder.resolve("host");
        Files.writeString(host, text);
        return new ResolvConf(host, folder.resolve("behind"));
    }
}
