package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostDigestsTest {
    private static final String NAME = "HostDigestsTest";

    @BeforeEach
    void add() {
        HostDigests.add(NAME);
        HostDigests.add(NAME);
    }

    @AfterEach
    void remove() {
        Security.removeProvider(NAME);
    }

    @Test
    void whoNamesTheProviderGetsItsHash() throws GeneralSecurityException {
        assumeTrue(LibcryptoSha256.ofHost().isPresent());
        var content = new byte[] {1, 2, 3};
        var hash = MessageDigest.getInstance("SHA-256", NAME);
        assertEquals(NAME, hash.getProvider().getName());
        assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(content), hash.digest(content));
    }

    @Test
    void othersGetTheJdks() throws GeneralSecurityException {
        assertNotEquals(NAME, MessageDigest.getInstance("SHA-256").getProvider().getName());
        assertThrows(NoSuchAlgorithmException.class, () -> MessageDigest.getInstance("SHA-512", NAME));
    }
}
