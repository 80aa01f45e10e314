package dev.carafe.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.Image;
import dev.carafe.engine.ImageSettings;
import dev.carafe.oci.Digest;
import dev.carafe.storage.StoredImage;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageViewsTest {
    private static final Digest ID = Digest.sha256(new byte[] {1});
    private static final String BY_DIGEST = "quay.io/app@" + Digest.sha256(new byte[] {2});

    private static Image view(String user, List<String> tags, String... pinned) {
        return new ImageViews(new ImageSettings(List.of(pinned))).image(stored(user, tags), false);
    }

    private static StoredImage stored(String user, List<String> tags) {
        var config = "{\"config\":{\"User\":\"" + user + "\"},\"rootfs\":{}}";
        return new StoredImage(
                ID, Digest.sha256(new byte[] {3}), "{}", config, List.of(), tags, List.of(BY_DIGEST), 7, Instant.EPOCH);
    }

    @Test
    void whatStaysIsPinned() {
        var views = new ImageViews(new ImageSettings(List.of()));
        assertTrue(views.image(stored("", List.of("quay.io/app:1")), true).getPinned());
    }

    @Test
    void pinsChangeWhileItRuns() {
        var views = new ImageViews(new ImageSettings(List.of()));
        var image = stored("", List.of("quay.io/app:1"));
        assertFalse(views.image(image, false).getPinned());
        views.use(new ImageSettings(List.of("quay.io/*")));
        assertTrue(views.image(image, false).getPinned());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1000, 1000", "1000:1000, 1000", "65534:nogroup, 65534", "00, 0", "2147483647, 2147483647"})
    void aNumberIsAUid(String user, long uid) {
        var image = view(user, List.of());
        assertTrue(image.hasUid());
        assertEquals(uid, image.getUid().getValue());
        assertEquals("", image.getUsername());
    }

    @ParameterizedTest
    @CsvSource({
        "web, web",
        "web:www, web",
        "-1, -1",
        "+0, +0",
        "2147483648, 2147483648",
        "٠, ٠",
        "0x0, 0x0",
        "' 0', ' 0'"
    })
    void anythingElseIsAName(String user, String name) {
        var image = view(user, List.of());
        assertFalse(image.hasUid());
        assertEquals(name, image.getUsername());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":1000"})
    void whoSaysNothingGetsNeither(String user) {
        var image = view(user, List.of());
        assertFalse(image.hasUid());
        assertEquals("", image.getUsername());
    }

    @Test
    void anImageShowsItsNamesItsIdAndItsSize() {
        var image = view("", List.of("quay.io/app:1"));
        assertEquals(ID.hex(), image.getId());
        assertEquals(List.of("quay.io/app:1"), image.getRepoTagsList());
        assertEquals(List.of(BY_DIGEST), image.getRepoDigestsList());
        assertEquals(BY_DIGEST, image.getSpec().getImage());
        assertEquals(7, image.getSize());
        assertFalse(image.getPinned());
    }

    @Test
    void anImageIsPinnedByAnyOfItsNames() {
        assertTrue(view("", List.of("quay.io/app:1"), "quay.io/app:1").getPinned());
        assertTrue(view("", List.of(), "quay.io/*").getPinned());
        assertTrue(view("", List.of(), BY_DIGEST).getPinned());
        assertTrue(view("", List.of(), BY_DIGEST.replace("@", ":1@")).getPinned());
        assertFalse(view("", List.of("quay.io/app:1"), "quay.io/ap", "*other*").getPinned());
    }
}
