package dev.carafe.linux;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Map;

/// The host's own hashes for java.security: SHA-256 by libcrypto, which is loaded when it is first asked for. Only who
/// names this provider gets them, and where the host has no library that works, the provider has no SHA-256.
public final class HostDigests extends Provider {
    private static final long serialVersionUID = 1;

    private static final String ALGORITHM = "SHA-256";

    private HostDigests(String name) {
        super(name, "1", "hashes by libraries of the host");
        putService(new Sha256(this));
    }

    /// Has [MessageDigest#getInstance(String, String)] know it under that name. Again it does nothing.
    public static void add(String name) {
        if (Security.getProvider(name) == null) {
            Security.addProvider(new HostDigests(name));
        }
    }

    private static final class Sha256 extends Service {
        Sha256(Provider provider) {
            super(provider, "MessageDigest", ALGORITHM, LibcryptoSha256.class.getName(), List.of(), Map.of());
        }

        @Override
        public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
            return LibcryptoSha256.ofHost()
                    .orElseThrow(() -> new NoSuchAlgorithmException("this host has no usable libcrypto"));
        }
    }
}
