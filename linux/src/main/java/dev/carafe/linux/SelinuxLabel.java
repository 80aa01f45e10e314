package dev.carafe.linux;

import java.util.regex.Pattern;

/// A label of SELinux, `user:role:type` with or without `:level`, or [#NONE]. What is one can stand in a mount's
/// options
/// between quotes.
///
/// @param text empty for none
public record SelinuxLabel(String text) {
    public static final SelinuxLabel NONE = new SelinuxLabel("");

    /// The extended attribute in which a file has its own (selinux(8)).
    public static final String ATTRIBUTE = "security.selinux";

    /// One value of fsconfig(2), less its NUL.
    private static final int MAXIMUM_LENGTH = 255;

    private static final String NAME = "[A-Za-z0-9_.-]+";
    private static final String LEVEL = "[A-Za-z0-9_.,:-]+";
    private static final Pattern FORM = Pattern.compile(NAME + ":" + NAME + ":" + NAME + "(:" + LEVEL + ")?");
    private static final Pattern NAME_FORM = Pattern.compile(NAME);
    private static final Pattern LEVEL_FORM = Pattern.compile(LEVEL);

    private static final int USER = 0;
    private static final int ROLE = 1;
    private static final int TYPE = 2;
    private static final int LEVELS = 3;
    private static final int PARTS = 4;

    /// @throws IllegalArgumentException when it is none
    public SelinuxLabel {
        if (!text.isEmpty()
                && (text.length() > MAXIMUM_LENGTH || !FORM.matcher(text).matches())) {
            throw new IllegalArgumentException("not a label of SELinux: " + text);
        }
    }

    /// Whether it can be a label's user, role or type.
    public static boolean isName(String part) {
        return part.length() <= MAXIMUM_LENGTH && NAME_FORM.matcher(part).matches();
    }

    public static boolean isLevel(String part) {
        return part.length() <= MAXIMUM_LENGTH && LEVEL_FORM.matcher(part).matches();
    }

    public boolean isNone() {
        return text.isEmpty();
    }

    public String type() {
        return part(TYPE);
    }

    /// Empty where the policy has no levels.
    public String level() {
        return part(LEVELS);
    }

    /// What is empty stays as it is.
    public SelinuxLabel with(String user, String role, String type) {
        return of(
                user.isEmpty() ? part(USER) : user,
                role.isEmpty() ? part(ROLE) : role,
                type.isEmpty() ? type() : type,
                level());
    }

    /// An empty one stays as it is.
    public SelinuxLabel withLevel(String level) {
        return level.isEmpty() ? this : of(part(USER), part(ROLE), type(), level);
    }

    private static SelinuxLabel of(String user, String role, String type, String level) {
        var beginning = user + ":" + role + ":" + type;
        return new SelinuxLabel(level.isEmpty() ? beginning : beginning + ":" + level);
    }

    private String part(int number) {
        var parts = text.split(":", PARTS);
        return number < parts.length ? parts[number] : "";
    }
}
