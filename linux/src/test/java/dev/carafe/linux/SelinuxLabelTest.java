package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelinuxLabelTest {
    private static final SelinuxLabel FILES = new SelinuxLabel("system_u:object_r:container_file_t:s0:c1,c2");

    @Test
    void aLevelIsAllAfterTheType() {
        assertEquals("container_file_t", FILES.type());
        assertEquals("s0:c1,c2", FILES.level());
        assertEquals("", new SelinuxLabel("a_u:b_r:c_t").level());
    }

    @Test
    void whatIsEmptyStaysAsItIs() {
        assertEquals(FILES, FILES.with("", "", "").withLevel(""));
        assertEquals("u:r:t:s0:c1,c2", FILES.with("u", "r", "t").text());
        assertEquals(
                "system_u:object_r:container_file_t:s0:c3,c4",
                FILES.withLevel("s0:c3,c4").text());
        assertEquals("a:b:c:s0", new SelinuxLabel("a:b:c").withLevel("s0").text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a:b", "a::c", "a:b:c:", "a:b:c:s0\"", "a b:c:d", "a:b:c:s0\n", "a:b:c,upperdir=/:s0"})
    void whatCouldBeMoreThanALabelIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> new SelinuxLabel(text));
    }

    @Test
    void aLabelFitsIntoTheKernelsBound() {
        var name = "a".repeat(250);
        assertThrows(IllegalArgumentException.class, () -> new SelinuxLabel(name + ":b:c:s0"));
        assertTrue(SelinuxLabel.isName(name));
        assertFalse(SelinuxLabel.isName("a".repeat(256)));
    }

    @Test
    void theCommasOfALevelPartNoOptions() throws ErrnoException {
        var quoted = "context=\"system_u:object_r:container_file_t:s0:c1,c2\"";
        assertEquals("size=4096,mode=1777," + quoted, Mounts.tmpfsOptions(4096, 01777, FILES));
        assertEquals("size=4096,mode=1777", Mounts.tmpfsOptions(4096, 01777, SelinuxLabel.NONE));

        OverlayMount.Naming byPath = (_, folder) -> folder.toString();
        var lower = List.of(Path.of("/a"), Path.of("/b"));
        var writable = OverlayMount.writable(lower, Path.of("/u"), Path.of("/w"), Path.of("/t"), FILES);
        assertEquals("lowerdir=/a:/b,upperdir=/u,workdir=/w," + quoted, writable.options(byPath));
        var readOnly = OverlayMount.readOnly(lower, Set.of(), Path.of("/t"), FILES);
        assertEquals("lowerdir=/a:/b," + quoted, readOnly.options(byPath));
        var plain = OverlayMount.readOnly(lower, Set.of(), Path.of("/t"), SelinuxLabel.NONE);
        assertEquals("lowerdir=/a:/b", plain.options(byPath));
    }
}
