package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.avaje.jsonb.Jsonb;
import org.junit.jupiter.api.Test;

class PlatformTest {
    @Test
    void aMissingVariantIsEmpty() {
        var platform = Jsonb.instance()
                .type(Platform.class)
                .fromJson("{\"os\":\"linux\",\"architecture\":\"amd64\",\"x\":[1]}");
        assertEquals(new Platform("linux", "amd64", ""), platform);
    }
}
