package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Chains that openssl made, against bundles of its authorities.
@Tag("system")
class BundleTrustTest {
    private static final String AUTHORITY = "-addext basicConstraints=critical,CA:TRUE";

    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeAuthorities() throws Exception {
        openssl("""
                openssl ecparam -name prime256v1 -genkey -noout -out root.key
                for n in 1 2 3; do openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 \
                    -keyout other$n.key -out other$n.pem -subj "/O=Others/CN=Root $n" %1$s; done
                openssl req -x509 -key root.key -days 9 -out root.pem -subj "/O=Ours/CN=Our Root" %1$s
                openssl req -x509 -key root.key -days 9 -out written-otherwise.pem -subj "/O=ours/CN=OUR root" %1$s
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout middle.key -out middle.csr \
                    -subj "/O=Ours/CN=Middle"
                echo "basicConstraints=critical,CA:TRUE" >ca.ext
                openssl x509 -req -in middle.csr -CA root.pem -CAkey root.key -CAcreateserial -days 9 -extfile ca.ext \
                    -out middle.pem
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key -out server.csr \
                    -subj "/CN=registry.example"
                openssl x509 -req -in server.csr -CA middle.pem -CAkey middle.key -CAcreateserial -days 9 -out server.pem
                """.formatted(AUTHORITY));
    }

    private static void openssl(String script) throws IOException, InterruptedException {
        var log = folder.resolve("openssl.log");
        var process = new ProcessBuilder("bash", "-ec", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertEquals(0, process.waitFor(), Files.readString(log));
    }

    private static BundleTrust trusting(String... files) throws Exception {
        var text = new StringBuilder();
        for (var file : files) {
            text.append("# ").append(file).append('\n').append(Files.readString(folder.resolve(file)));
        }
        return new BundleTrust(CaBundle.read(Files.writeString(folder.resolve("bundle.pem"), text)), List.of());
    }

    private static X509Certificate[] chain(String... files) throws Exception {
        var chain = new ArrayList<X509Certificate>();
        for (var file : files) {
            try (var in = Files.newInputStream(folder.resolve(file))) {
                chain.add((X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(in));
            }
        }
        return chain.toArray(X509Certificate[]::new);
    }

    private static void check(BundleTrust trust, X509Certificate... chain) throws CertificateException {
        trust.checkServerTrusted(chain, "ECDHE_ECDSA");
    }

    @Test
    void aChainEndsInAnyAuthorityOfTheBundle() throws Exception {
        var trust = trusting("other1.pem", "other2.pem", "root.pem", "other3.pem");
        assertDoesNotThrow(() -> check(trust, chain("server.pem", "middle.pem")));
        assertDoesNotThrow(() -> check(trust, chain("server.pem", "middle.pem", "root.pem")));
        assertDoesNotThrow(() -> check(trust, chain("other2.pem")));
        assertDoesNotThrow(() -> check(trusting("middle.pem", "other1.pem"), chain("server.pem")));
    }

    @Test
    void withoutItsAuthorityAChainIsRefused() throws Exception {
        var others = trusting("other1.pem", "other2.pem");
        for (var files :
                List.of(List.of("server.pem", "middle.pem"), List.of("server.pem", "middle.pem", "root.pem"))) {
            assertThrows(CertificateException.class, () -> check(others, chain(files.toArray(String[]::new))));
        }
        var gap = assertThrows(
                CertificateException.class, () -> check(trusting("root.pem", "other1.pem"), chain("server.pem")));
        assertTrue(gap.getMessage().contains("certification path"), gap.getMessage());
    }

    @Test
    void anAuthorityOfTheSameNameAndAnotherKeyIsNoAuthority() throws Exception {
        openssl("""
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -keyout false.key \
                    -out false.pem -subj "/O=Ours/CN=Our Root" %s
                """.formatted(AUTHORITY));
        assertThrows(
                CertificateException.class,
                () -> check(trusting("false.pem", "other1.pem"), chain("server.pem", "middle.pem")));
        assertDoesNotThrow(() -> check(trusting("false.pem", "root.pem"), chain("server.pem", "middle.pem")));
    }

    @Test
    void aNameThatIsWrittenOtherwiseIsFoundToo() throws Exception {
        var trust = trusting("other1.pem", "written-otherwise.pem");
        assertDoesNotThrow(() -> check(trust, chain("server.pem", "middle.pem")));
    }

    @Test
    void whatIsAddedToTheBundleCountsAsWell() throws Exception {
        var more = List.<Certificate>of(chain("root.pem"));
        var bundle = CaBundle.read(folder.resolve("other1.pem"));
        assertDoesNotThrow(() -> check(new BundleTrust(bundle, more), chain("server.pem", "middle.pem")));
    }

    @Test
    void aDamagedAuthorityRefusesWhatNamesItAndNothingElse() throws Exception {
        var root = Files.readString(folder.resolve("root.pem")).lines().toList();
        var damaged = new ArrayList<>(root);
        damaged.set(4, "A".repeat(root.get(4).length()));
        Files.write(folder.resolve("damaged.pem"), damaged);
        var trust = trusting("damaged.pem", "other1.pem");
        assertThrows(CertificateException.class, () -> check(trust, chain("server.pem", "middle.pem")));
        assertDoesNotThrow(() -> check(trust, chain("other1.pem")));
    }

    @Test
    void clientsAreNotTrusted() throws Exception {
        var trust = trusting("root.pem");
        assertThrows(CertificateException.class, () -> trust.checkClientTrusted(chain("root.pem"), "ECDHE_ECDSA"));
        assertEquals(0, trust.getAcceptedIssuers().length);
    }

    @Test
    void aFileWithoutCertificatesIsRefused() throws Exception {
        var file = Files.writeString(folder.resolve("none.pem"), "nothing of the kind\n");
        var failure = assertThrows(IOException.class, () -> CaBundle.read(file));
        assertTrue(failure.getMessage().contains("none.pem"), failure.getMessage());
    }
}
