package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.linux.SelinuxLabel;
import dev.carafe.linux.UserNamespace;
import dev.carafe.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a container sees of a stack of layers is what applying them one over another gives.
@Tag("system")
class LayerStackSystemTest {
    private static final int STACKS = Integer.getInteger("carafe.test.stacks", 30);
    private static final long FIRST = Long.getLong("carafe.test.seed", 1);

    @TempDir
    private Path folder;

    static LongStream seeds() {
        return LongStream.range(FIRST, FIRST + STACKS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyStackOfLayersIsSeenAsGnuTarWouldHaveLeftIt(long seed) throws Exception {
        var stack = new RandomStack(seed);
        var reference = new Reference(folder.resolve("reference"));
        try (var store = new TestStore(folder)) {
            var chain = new ArrayList<Digest>();
            for (var layer : stack.layers()) {
                var tar = stack.tar(layer);
                reference.apply(layer, tar);
                chain.add(store.add(tar));
            }
            store.layers().settle(chain);
            var root = store.roots().prepare("c" + seed, new ContainerLayers(chain, List.of(chain)));
            var expected = listing(stack, reference.root());
            assertEquals("", difference(expected, listing(stack, root)));
            var volume = store.roots().volume("c" + seed, 0, UserNamespace.HOST, SelinuxLabel.NONE);
            assertEquals("", difference(expected, listing(stack, volume)));
            store.roots().remove("c" + seed);
        }
    }

    private static SortedMap<String, String> listing(RandomStack stack, Path root) throws IOException {
        return TreeListing.of(root, path -> !stack.timeless().contains(path), stack::hasAllLinks);
    }

    private static String difference(SortedMap<String, String> expected, SortedMap<String, String> actual) {
        var text = new StringBuilder();
        expected.forEach((path, line) -> {
            if (!line.equals(actual.get(path))) {
                text.append(path).append("\n  expected ").append(line).append("\n  but was  ");
                text.append(actual.get(path)).append('\n');
            }
        });
        actual.forEach((path, line) -> {
            if (!expected.containsKey(path)) {
                text.append(path).append("\n  unexpected ").append(line).append('\n');
            }
        });
        return text.toString();
    }
}
