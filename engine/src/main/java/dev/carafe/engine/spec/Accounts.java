package dev.carafe.engine.spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The users and groups of an image, from its `/etc/passwd` and `/etc/group` (passwd(5), group(5)). Lines that are
/// not understood are skipped, as the C library does.
record Accounts(List<User> users, List<Group> groups) {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

    record User(String name, int uid, int gid) {}

    record Group(String name, int gid, List<String> members) {}

    Accounts {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
    }

    static Accounts read(Path rootfs) throws IOException {
        return parse(RootFile.read(rootfs, "etc/passwd"), RootFile.read(rootfs, "etc/group"));
    }

    static Accounts parse(String passwd, String group) {
        var users = new ArrayList<User>();
        passwd.lines()
                .map(line -> line.split(":", -1))
                .filter(part -> part.length >= 4)
                .forEach(part -> {
                    var uid = id(part[2]);
                    var gid = id(part[3]);
                    if (!part[0].isEmpty() && uid.isPresent() && gid.isPresent()) {
                        users.add(new User(part[0], uid.getAsInt(), gid.getAsInt()));
                    }
                });
        var groups = new ArrayList<Group>();
        group.lines()
                .map(line -> line.split(":", -1))
                .filter(part -> part.length >= 3)
                .forEach(part -> {
                    var gid = id(part[2]);
                    if (!part[0].isEmpty() && gid.isPresent()) {
                        var members = part.length > 3 ? List.of(part[3].split(",")) : List.<String>of();
                        groups.add(new Group(part[0], gid.getAsInt(), members));
                    }
                });
        return new Accounts(users, groups);
    }

    /// A number that an account can have, 0 to 2³¹-1; empty for other text.
    static OptionalInt id(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return OptionalInt.empty();
        }
        var number = Long.parseLong(text);
        return number > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) number);
    }

    Optional<User> named(String name) {
        return first(user -> user.name().equals(name));
    }

    Optional<User> numbered(int uid) {
        return first(user -> user.uid() == uid);
    }

    private Optional<User> first(Predicate<User> predicate) {
        return users.stream().filter(predicate).findFirst();
    }

    Optional<Group> group(String name) {
        return groups.stream().filter(group -> group.name().equals(name)).findFirst();
    }

    List<Integer> groupsOf(String userName) {
        return groups.stream()
                .filter(group -> group.members().contains(userName))
                .map(Group::gid)
                .toList();
    }
}
