package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelinuxContextsTest {
    @TempDir
    private Path root;

    private void write(String file, String content) throws IOException {
        var path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    @Test
    void thePolicysOwnAreTakenWhereContainersHaveNone() throws IOException {
        assertEquals(SelinuxContexts.NONE, SelinuxContexts.find(root));
        write("etc/selinux/config", "# which policy\nSELINUX=enforcing\nSELINUXTYPE=mine\n");
        write(
                "etc/selinux/mine/contexts/lxc_contexts",
                "; of guests\nprocess = \"a_u:a_r:guest_t:s0\"\n#file = \"no\"\nfile=\"a_u:object_r:guest_file_t:s0\"\n");
        var found = SelinuxContexts.find(root);
        assertEquals("a_u:a_r:guest_t:s0", found.process().text());
        assertEquals("a_u:object_r:guest_file_t:s0", found.file().text());
        assertEquals(found.process(), found.init());
        assertTrue(found.haveLevels());

        write(
                "usr/share/containers/selinux/contexts",
                "process = \"b_u:b_r:box_t\"\ninit_process = \"b_u:b_r:init_t\"\nkvm_process = \"b_u:b_r:kvm_t\"\nfile = \"b_u:object_r:box_file_t\"\nro_file = \"c_u:object_r:c_t\"\n");
        assertEquals("b_u:b_r:box_t", SelinuxContexts.find(root).process().text());
        assertEquals("b_u:b_r:init_t", SelinuxContexts.find(root).init().text());
        assertEquals("b_u:b_r:kvm_t", SelinuxContexts.find(root).machine().text());
        assertFalse(SelinuxContexts.find(root).haveLevels());
    }

    @Test
    void aFileWithoutBothSaysNothing() throws IOException {
        write("usr/share/containers/selinux/contexts", "process = \"b_u:b_r:box_t\"\n");
        assertEquals(SelinuxContexts.NONE, SelinuxContexts.find(root));
    }

    @Test
    void whatCannotBeUnderstoodIsNotPassedOver() throws IOException {
        write("usr/share/containers/selinux/contexts", "process = \"box_t\"\nfile = \"b_u:object_r:box_file_t\"\n");
        assertThrows(IOException.class, () -> SelinuxContexts.find(root));
        write("usr/share/containers/selinux/contexts", " ".repeat(64 * 1024 + 1));
        assertThrows(IOException.class, () -> SelinuxContexts.find(root));
        write("usr/share/containers/selinux/contexts", "");
        write("etc/selinux/config", "SELINUXTYPE=../../tmp\n");
        assertThrows(IOException.class, () -> SelinuxContexts.find(root));
    }
}
