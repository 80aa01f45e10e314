package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The options that a request may name for a mount: those of the mount itself, which every runtime knows, and none by
/// which it would reach other mounts, other data or the file system.
final class MountOptions {
    private static final int MAXIMUM_OPTIONS = 32;

    /// Of each kind at most one.
    private static final Map<String, String> KINDS = Map.of(
            "exec", "programs",
            "noexec", "programs",
            "suid", "set-user-id",
            "nosuid", "set-user-id",
            "dev", "devices",
            "nodev", "devices",
            "noatime", "times",
            "relatime", "times",
            "strictatime", "times",
            "nodiratime", "times of folders");

    private MountOptions() {}

    static void check(List<String> options, String where) {
        if (options.size() > MAXIMUM_OPTIONS) {
            throw new Invalid(where + "mount_options: more than " + MAXIMUM_OPTIONS);
        }
        var named = new HashMap<String, String>();
        for (var option : options) {
            var kind = KINDS.get(option);
            if (kind == null) {
                throw new Invalid(where + "mount_options: only "
                        + String.join(", ", KINDS.keySet().stream().sorted().toList()) + ", not "
                        + option.replaceAll("\\p{Cntrl}", "?"));
            }
            var other = named.put(kind, option);
            if (other != null && !other.equals(option)) {
                throw new Invalid(where + "mount_options: " + other + " and " + option + " at once");
            }
        }
    }

    static List<String> with(List<String> usual, List<String> asked) {
        var options = new ArrayList<>(usual);
        for (var option : asked) {
            if (!options.contains(option)) {
                options.add(option);
            }
        }
        return options;
    }
}
