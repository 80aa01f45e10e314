package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.cri.v1.Image;
import dev.carafe.engine.image.LoadImages.Loaded;
import dev.carafe.engine.image.SaveImages.Form;
import dev.carafe.engine.image.SaveImages.Saved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Images that were pulled leave the node in a file and come into it again, or into a registry by other tools.
@Tag("system")
class SavedImagesTest {
    private static final int LARGE_BYTES = 50_000_000;

    @Test
    void whatWasPulledComesBackFromAFileWithoutTheRegistry() throws Exception {
        try (var node = ProxiedNode.start()) {
            var one = node.push("one:1", 1, 2);
            var two = node.push("two:1", 1, 3);
            var ids = List.of(node.pull(one), node.pull(two));
            var before = node.store();
            var archive = node.path("saved.tar");
            assertEquals(
                    List.of(new Saved(ids.get(0), List.of(one)), new Saved(ids.get(1), List.of(two))),
                    node.engine().images().save(List.of(one, ids.get(1)), archive, Form.ARCHIVE));
            assertEquals(before, node.store());
            node.remove(one);
            node.remove(two);
            node.proxy().forgetRequests();
            assertEquals(
                    List.of(new Loaded(ids.get(0), List.of(one)), new Loaded(ids.get(1), List.of(two))),
                    node.engine().images().load(archive, ""));
            assertEquals(List.of(), node.proxy().requests());
            assertEquals(
                    Set.copyOf(ids), node.images().stream().map(Image::getId).collect(Collectors.toSet()));
        }
    }

    @Test
    void skopeoPutsASavedImageIntoARegistryWhereItIsTheSame() throws Exception {
        try (var node = ProxiedNode.start()) {
            var image = node.push("app:1", 1, 2);
            var id = node.pull(image);
            for (var form : Form.values()) {
                var path = node.path("saved-" + form);
                node.engine().images().save(List.of(image), path, form);
                for (var transport : transports(form)) {
                    var name = transport + "-copy:" + form.name().toLowerCase(Locale.ROOT);
                    Programs.output(
                            "skopeo",
                            "--insecure-policy",
                            "copy",
                            "--dest-tls-verify=false",
                            transport + ":" + path + (form == Form.DIRECTORY ? "" : ":" + image),
                            "docker://" + node.registry().address() + "/" + name);
                    assertEquals(id, node.pull(node.proxy().address() + "/" + name), name);
                }
            }
            assertEquals(1, node.images().size());
            assertEquals(5, node.status(id).getRepoTagsCount());
        }
    }

    @Test
    void anImageThatIsRemovedMeanwhileIsSavedWholeAndLeavesNothing() throws Exception {
        try (var node = ProxiedNode.start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var folder = Files.createDirectories(node.path("large"));
            var bytes = new byte[LARGE_BYTES];
            new Random(1).nextBytes(bytes);
            Files.write(folder.resolve("file"), bytes);
            node.registry().push("large:1", List.of(folder), "{}");
            var image = node.proxy().address() + "/large:1";
            var id = node.pull(image);
            var out = Files.createDirectory(node.path("out"));
            var saving = threads.submit(
                    () -> node.engine().images().save(List.of(image), out.resolve("saved.tar"), Form.ARCHIVE));
            Await.until("the file to be begun", () -> !names(out).isEmpty());
            node.remove(image);
            assertEquals(List.of(new Saved(id, List.of(image))), saving.get());
            assertEquals(List.of("saved.tar"), names(out));
            assertEquals(List.of(), names(node.path("root/layers/sha256")));
            var loaded = node.engine().images().load(out.resolve("saved.tar"), "");
            assertEquals(List.of(new Loaded(id, List.of(image))), loaded);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static List<String> transports(Form form) {
        return switch (form) {
            case ARCHIVE -> List.of("docker-archive", "oci-archive");
            case OCI -> List.of("oci");
            case DIRECTORY -> List.of("dir");
        };
    }
}
