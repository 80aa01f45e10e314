package dev.carafe.engine.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.cri.v1.DNSConfig;
import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
