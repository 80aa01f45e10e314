package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Images whose layers skopeo has encrypted, in a registry.
@Tag("system")
class EncryptedImagesTest {
    @Test
    void anEncryptedImageRunsWhereItsKeyIsAndIsNotPulledWithout() throws Exception {
        try (var stage = Stage.set("runc")) {
            var keys = Files.createDirectory(stage.host().work().resolve("keys"));
            stage.host().configure("crio.runtime", "decryption_keys_path = \"" + keys + "\"");
            stage.restart();
            var cri = stage.cri();
            var image = encrypted(stage);
            refused(cri, image, "is encrypted, and none of the 0 private keys in " + keys);

            var key = Files.copy(stage.host().work().resolve("key.pem"), keys.resolve("key.pem"));
            cri.pull(image);
            var config = cri.pod("secret");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", image, "sleep", "1000"));
            assertEquals(0, cri.exec(container, 30, "ls", "/etc/passwd").getExitCode());

            Files.delete(key);
            refused(cri, image, "none of the 0 private keys");
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void aFolderOfKeysIsTakenUpByAReload() throws Exception {
        try (var stage = Stage.set("runc")) {
            var image = encrypted(stage);
            refused(stage.cri(), image, "none of the 0 private keys in ");
            var keys = Files.createDirectory(stage.host().work().resolve("keys"));
            Files.copy(stage.host().work().resolve("key.pem"), keys.resolve("key.pem"));
            stage.host().configure("crio.runtime", "decryption_keys_path = \"" + keys + "\"");
            Programs.output("kill", "-HUP", Long.toString(stage.daemon().pid()));
            Await.until(
                    "the folder of keys",
                    () -> TestDaemon.logOf(stage.host()).contains("taken up: crio.runtime.decryption_keys_path"));
            stage.cri().pull(image);
        }
    }

    private static String encrypted(Stage stage) throws Exception {
        var work = stage.host().work();
        Programs.output("openssl", "genrsa", "-out", work.resolve("key.pem").toString(), "2048");
        Path publicKey = work.resolve("key.pub");
        Programs.output(
                "openssl", "rsa", "-in", work.resolve("key.pem").toString(), "-pubout", "-out", publicKey.toString());
        var image = stage.registry().address() + "/encrypted:latest";
        Programs.output(
                "skopeo",
                "--insecure-policy",
                "copy",
                "--src-tls-verify=false",
                "--dest-tls-verify=false",
                "--encryption-key",
                "jwe:" + publicKey,
                "docker://" + stage.busybox(),
                "docker://" + image);
        return image;
    }

    private static void refused(Cri cri, String image, String words) {
        var failure = assertThrows(StatusRuntimeException.class, () -> cri.pull(image));
        assertTrue(failure.getMessage().contains(words), failure::getMessage);
    }
}
