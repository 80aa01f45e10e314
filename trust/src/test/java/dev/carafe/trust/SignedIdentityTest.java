package dev.carafe.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.carafe.oci.Reference;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignedIdentityTest {
    private static final String DIGEST = "@sha256:" + "a".repeat(64);
    private static final String OTHER = "@sha256:" + "b".repeat(64);

    @ParameterizedTest
    @CsvSource({
        "a.b/c:1, a.b/c:1, true, true, true",
        "a.b/c:1, a.b/c:2, false, false, true",
        "a.b/c:1, a.b/c, false, false, true",
        "a.b/c:1, a.b/d:1, false, false, false",
        "a.b/c@D, a.b/c:1, false, true, true",
        "a.b/c@D, a.b/c@D, true, true, true",
        "a.b/c@D, a.b/c@E, false, true, true",
        "a.b/c@D, a.b/c, false, false, true",
        "a.b/c:1@D, a.b/c:2, false, true, true",
        "busybox, docker.io/library/busybox:latest, true, true, true",
        "busybox, busybox, false, false, true",
    })
    void theSignedNameIsComparedWithTheImages(
            String image, String signed, boolean exact, boolean repoDigestOrExact, boolean repository) {
        assertEquals(exact, accepts(new SignedIdentity.MatchExact(), image, signed));
        assertEquals(repoDigestOrExact, accepts(new SignedIdentity.MatchRepoDigestOrExact(), image, signed));
        assertEquals(repository, accepts(new SignedIdentity.MatchRepository(), image, signed));
    }

    @ParameterizedTest
    @CsvSource({"a.b/c:1, true", "a.b/c:2, false", "a.b/c, false"})
    void anExactReferenceStandsForWhateverTheImageIsCalled(String signed, boolean accepted) {
        var identity = new SignedIdentity.ExactReference(SignedName.parse("a.b/c:1"));
        assertEquals(accepted, accepts(identity, "mirror:5000/x:9", signed));
    }

    @ParameterizedTest
    @CsvSource({"a.b/c:1, true", "a.b/c, true", "a.b/cc:1, false"})
    void anExactRepositoryLetsTheTagBeAnything(String signed, boolean accepted) {
        assertEquals(accepted, accepts(new SignedIdentity.ExactRepository("a.b/c"), "mirror:5000/x:9", signed));
    }

    @ParameterizedTest
    @CsvSource({
        "mirror:5000/vendor/app:1, vendor.com/app:1, true",
        "mirror:5000/vendor/app:1, vendor.com/app:2, false",
        "mirror:5000/vendor/app:1, mirror:5000/vendor/app:1, false",
        "mirror:5000/vendor/app@D, vendor.com/app:2, true",
        "mirror:5000/vendors/app:1, vendor.com/app:1, false",
        "mirror:5000/vendors/app:1, mirror:5000/vendors/app:1, true",
    })
    void aRemappedPrefixIsReplacedUpToASlash(String image, String signed, boolean accepted) {
        var identity = new SignedIdentity.RemapIdentity("mirror:5000/vendor", "vendor.com");
        assertEquals(accepted, accepts(identity, image, signed));
    }

    @Test
    void anImageWithoutANameMatchesOnlyWhatNamesItItself() {
        var signed = SignedName.parse("a.b/c:1");
        assertFalse(new SignedIdentity.MatchExact().accepts(Optional.empty(), signed));
        assertFalse(new SignedIdentity.MatchRepoDigestOrExact().accepts(Optional.empty(), signed));
        assertFalse(new SignedIdentity.MatchRepository().accepts(Optional.empty(), signed));
        assertFalse(new SignedIdentity.RemapIdentity("a.b", "c.d").accepts(Optional.empty(), signed));
    }

    private static boolean accepts(SignedIdentity identity, String image, String signed) {
        return identity.accepts(
                Optional.of(SignedName.of(Reference.parse(expanded(image)))), SignedName.parse(expanded(signed)));
    }

    private static String expanded(String name) {
        return name.replace("@D", DIGEST).replace("@E", OTHER);
    }
}
