package dev.carafe.daemon;

import dev.carafe.daemon.config.GoDuration;
import dev.carafe.daemon.config.UsageException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What `carafe check` is asked for.
///
/// @param age that makes layers which nobody uses remains of a pull
record CheckOptions(Set<Wish> wishes, Duration age) {
    private static final Duration DAY = Duration.ofHours(24);

    enum Wish {
        /// Reads all content.
        DEEP,
        /// Removes what is damaged.
        REPAIR,
        /// With the containers that stand on it.
        FORCE,
        /// Everything, where something damaged stays.
        WIPE,
        /// Only damage is printed.
        QUIET
    }

    CheckOptions {
        wishes = Set.copyOf(wishes);
    }

    static CheckOptions parse(List<String> arguments) throws UsageException {
        var wishes = EnumSet.noneOf(Wish.class);
        var age = DAY;
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            var argument = rest.next();
            switch (argument) {
                case "--deep" -> wishes.add(Wish.DEEP);
                case "--repair", "-r" -> wishes.add(Wish.REPAIR);
                case "--force", "-f" -> wishes.add(Wish.FORCE);
                case "--wipe", "-w" -> wishes.add(Wish.WIPE);
                case "--quiet" -> wishes.add(Wish.QUIET);
                case "--quick", "-q" -> {} // as it is without --deep
                case "--age", "-a" -> age = age(ImagesCommand.value(argument, rest));
                default ->
                    throw new UsageException("check takes --age, --deep, --force, --quick, --quiet, --repair and"
                            + " --wipe, not " + argument);
            }
        }
        if (!wishes.contains(Wish.REPAIR) && (wishes.contains(Wish.FORCE) || wishes.contains(Wish.WIPE))) {
            throw new UsageException("--force and --wipe say how to --repair");
        }
        return new CheckOptions(wishes, age);
    }

    private static Duration age(String text) throws UsageException {
        return GoDuration.parse(text)
                .orElseThrow(() -> new UsageException("--age is a duration such as 24h, not " + text));
    }

    boolean has(Wish wish) {
        return wishes.contains(wish);
    }
}
