package dev.carafe.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.cri.v1.AuthConfig;
import dev.carafe.engine.Invalid;
import dev.carafe.registry.Credentials;
import dev.carafe.registry.auth.RequestCredentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthTest {
    @Test
    void userAndPasswordComeInTwoForms() {
        var plain =
                AuthConfig.newBuilder().setUsername("joe").setPassword("pa:ss").build();
        var joined = AuthConfig.newBuilder().setAuth(base64("joe:pa:ss")).build();
        assertEquals(new Credentials("joe", "pa:ss", "", ""), Auth.credentials(plain));
        assertEquals(new Credentials("joe", "pa:ss", "", ""), Auth.credentials(joined));
    }

    @Test
    void tokensAndTheServerAreTakenOver() {
        var config = AuthConfig.newBuilder()
                .setServerAddress("a.example")
                .setIdentityToken("refresh")
                .setRegistryToken("bearer")
                .build();
        assertEquals(
                new RequestCredentials(new Credentials("", "", "refresh", "bearer"), "a.example"),
                Auth.ofRequest(config));
    }

    @Test
    void noneAreNone() {
        assertEquals(Credentials.none(), Auth.credentials(AuthConfig.getDefaultInstance()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"!!", "am9l", "OnBhc3M="})
    void aBrokenAuthIsRefused(String auth) {
        var config = AuthConfig.newBuilder().setAuth(auth).build();
        assertThrows(Invalid.class, () -> Auth.credentials(config));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
