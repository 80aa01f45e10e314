package dev.carafe.storage;

import dev.carafe.storage.RecipeSteps.Aside;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Where the files of a layer are that a later member of its own tar replaced: each time something lost its name, it
/// went into a folder beside the layer, under a number. Read from the recipe, all of which is judged on the way.
/// Immutable.
final class AsideNames {
    /// By path: the steps at which what had it was set aside, and as which number.
    private final Map<String, NavigableMap<Long, Integer>> moves;

    private final long tarBytes;

    private AsideNames(Map<String, NavigableMap<Long, Integer>> moves, long tarBytes) {
        this.moves = moves;
        this.tarBytes = tarBytes;
    }

    /// @throws IOException also for a recipe that is not as it was written
    static AsideNames read(Path recipe) throws IOException {
        var moves = new HashMap<String, NavigableMap<Long, Integer>>();
        var number = 0;
        try (var steps = new RecipeSteps(recipe)) {
            for (var part = steps.next(); part.isPresent(); part = steps.next()) {
                if (part.get() instanceof Aside(var path, var step)) {
                    if (number == TarRecipe.MAXIMUM_ASIDE) {
                        throw new IOException("the record of its tar is damaged: it sets too much aside");
                    }
                    moves.computeIfAbsent(path, _ -> new TreeMap<>()).put(step, number++);
                }
            }
            return new AsideNames(moves, steps.tarBytes());
        }
    }

    /// Of the tar that the recipe makes.
    long tarBytes() {
        return tarBytes;
    }

    /// Where, below the folder of what was set aside, the file is now that had the path at that step; empty where it
    /// still has it.
    Optional<String> find(String path, long step) {
        if (moves.isEmpty()) {
            return Optional.empty();
        }
        var first = Long.MAX_VALUE;
        var found = Optional.<String>empty();
        for (var end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            var itsMoves = moves.get(path.substring(0, end));
            var move = itsMoves == null ? null : itsMoves.higherEntry(step);
            if (move != null && move.getKey() < first) {
                first = move.getKey();
                found = Optional.of(move.getValue() + path.substring(end));
            }
        }
        return found;
    }
}
