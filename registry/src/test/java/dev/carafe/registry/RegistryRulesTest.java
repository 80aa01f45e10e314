package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import dev.carafe.registry.conf.RegistriesFiles;
import dev.carafe.registry.conf.RegistryRule;
import dev.carafe.registry.conf.ShortNameMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryRulesTest {
    @TempDir
    private Path folder;

    private RegistryRules rules(boolean autoReload) throws IOException {
        Files.writeString(folder.resolve("r.conf"), "[aliases]\nbox = \"one.example/box\"");
        var files = new RegistriesFiles(folder.resolve("r.conf"), false, folder.resolve("d"), ShortNameMode.UNSET);
        return new RegistryRules(new RegistryConfig.Registries(files, files.read(), autoReload));
    }

    private void change(String text) throws IOException {
        var other = Files.writeString(folder.resolve("new"), text);
        Files.move(other, folder.resolve("r.conf"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static String box(RegistryRules rules) {
        return rules.pullable("box").getFirst().registry();
    }

    @Test
    void changedFilesAreReadAgainWhereThatIsWanted() throws IOException {
        var rules = rules(true);
        assertEquals("one.example", box(rules));
        change("[aliases]\nbox = \"two.example/box\"");
        assertEquals("two.example", box(rules));
        Files.createDirectory(folder.resolve("d"));
        Files.writeString(folder.resolve("d/1.conf"), "[aliases]\nbox = \"three.example/box\"");
        assertEquals("three.example", box(rules));
    }

    @Test
    void filesThatHaveBecomeWrongChangeNothing() throws IOException {
        var rules = rules(true);
        change("[aliases]\nbox = 1");
        assertEquals("one.example", box(rules));
        assertEquals("one.example", box(rules));
        change("[aliases]\nbox = \"two.example/box\"");
        assertEquals("two.example", box(rules));
    }

    @Test
    void withoutThatTheyCountWhenAReloadIsAskedFor() throws IOException {
        var rules = rules(false);
        assertFalse(rules.reload());
        change("[aliases]\nbox = \"two.example/box\"");
        assertEquals("one.example", box(rules));
        assertTrue(rules.reload());
        assertEquals("two.example", box(rules));
        change("[aliases]\nbox = 1");
        assertFalse(rules.reload());
        assertEquals("two.example", box(rules));
    }

    @Test
    void aSecureNamespaceOfAnInsecureRegistryIsSecure() {
        var config = Clients.config(
                Clients.conf(List.of(
                        new RegistryRule("a.example", "a.example", true, false, false, List.of()),
                        new RegistryRule("a.example/safe", "a.example/safe", false, false, false, List.of()))),
                RegistryConfig.Trust.system(),
                Proxies.none());
        var rules = new RegistryRules(config.registries());
        var origin = Origin.of(true, "a.example");
        for (var name : List.of("a.example/safe/app", "a.example/app")) {
            var source = rules.sources(Reference.parse(name)).getFirst();
            assertEquals(!name.contains("safe"), rules.isInsecure(new Site("a.example", source.insecure()), origin));
        }
        assertTrue(rules.isInsecure(new Site("b.example", false), origin));
        assertFalse(rules.isInsecure(new Site("b.example", true), Origin.of(true, "c.example")));
    }
}
