package dev.carafe.network;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The ranges of pod addresses that the cluster gave this node, for plugins that ask for them (`ipRanges`).
/// Safe for all threads; survives the daemon and power cuts.
final class PodRanges {
    private static final System.Logger LOG = System.getLogger(PodRanges.class.getName());
    private static final String CAPABILITY = "ipRanges";
    private static final String FILE = "pod-ranges.json";
    private static final int MAX_BYTES = 1 << 20;

    /// Kubernetes knows one of each family.
    private static final int MOST = 16;

    private final DurableFile file;
    private volatile List<String> ranges;

    PodRanges(Path state) {
        file = new DurableFile(state, FILE, state.resolve("." + FILE));
        ranges = read(state.resolve(FILE));
    }

    private static List<String> read(Path file) {
        try {
            var texts = new ArrayList<String>();
            for (var range : JsonParser.parseFile(file, MAX_BYTES).list("ranges")) {
                if (range instanceof Json.Text(var text)) {
                    texts.add(text);
                }
            }
            return checked(texts);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.WARNING, "lost the ranges of pod addresses: {0}", e.getMessage());
            return List.of();
        }
    }

    private static List<String> checked(List<String> texts) {
        if (texts.size() > MOST) {
            throw new IllegalArgumentException("more than " + MOST + " ranges of pod addresses");
        }
        for (var text : texts) {
            if (!PodAddress.of(text).isNetwork()) {
                throw new IllegalArgumentException(
                        "not a range of addresses, since bits beyond its length are set: " + Quoted.of(text));
            }
        }
        return List.copyOf(texts);
    }

    /// @throws IllegalArgumentException when one is no range
    synchronized void use(List<String> texts) throws IOException {
        var changed = checked(texts);
        if (!changed.equals(ranges)) {
            var list = changed.stream().<Json>map(Json.Text::new).toList();
            file.write(JsonObject.EMPTY.with("ranges", new Json.Array(list)));
            ranges = changed;
        }
    }

    List<PodAddress> all() {
        return ranges.stream().map(PodAddress::of).toList();
    }

    /// One set for each, so that a pod gets an address of each (CNI conventions).
    JsonObject addTo(JsonObject arguments) {
        var sets = new ArrayList<Json>();
        for (var range : ranges) {
            sets.add(new Json.Array(List.of(JsonObject.EMPTY.with("subnet", range))));
        }
        return sets.isEmpty() ? arguments : arguments.with(CAPABILITY, new Json.Array(sets));
    }
}
