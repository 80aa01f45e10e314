package dev.carafe.engine.rdt;

/// What the processes in it are given.
///
/// @param refusesPods annotations of pods must not name it
/// @param refusesContainers annotations of containers must not
public record RdtClass(Portion portion, boolean refusesPods, boolean refusesContainers) {
    /// path_resolution(7)
    private static final int MAXIMUM_NAME_LENGTH = 255;

    /// Whether a group can be called so, or it is the word for the root's (runtime-spec, IntelRdt).
    public static boolean isGroup(String name) {
        return name.equals("/") || isName(name);
    }

    /// Whether a group can be called so: it is a folder.
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAXIMUM_NAME_LENGTH
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '/' || c == '\n' || c == 0);
    }
}
