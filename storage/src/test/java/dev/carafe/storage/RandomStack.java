package dev.carafe.storage;

import dev.carafe.storage.StagedTree.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/// Random stacks of layers with all that layers can do to one another, whose outcome is well defined: what one
/// layer says of one path twice is only what GNU tar and the image specification agree on.
final class RandomStack {
    private static final int[] MODES = {0644, 0755, 0600, 0, 04755, 02755, 01777, 06711, 0444};
    private static final long[] IDS = {0, 0, 0, 1000, 5, 70_000, 4_000_000_000L};
    private static final byte[] CAPABILITY = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final String LONG = "long-".repeat(30);

    private final SplittableRandom random;
    private final List<Layer> layers = new ArrayList<>();
    /// What is there now: `d` for directories, `l<target>` for links to directories, `f` for anything else.
    private final TreeMap<String, String> model = new TreeMap<>();

    private final Set<String> timeless = new TreeSet<>();
    /// Files by all their names, one number a file.
    private final Map<String, Integer> files = new HashMap<>();

    private final Set<Integer> diminished = new HashSet<>();
    private int names;

    // Of the layer under way.
    private final Map<String, String> below = new HashMap<>();
    private final Set<String> touched = new TreeSet<>();
    private final Set<String> named = new HashSet<>();
    private final Set<String> changed = new HashSet<>();
    /// Made under a name that leads through a link of a lower layer: only the layers together know it by its
    /// path.
    private final Set<String> underOtherName = new HashSet<>();

    private Layer layer = new Layer();

    /// @see TarWriter
    static final class Layer {
        final List<TarWriter.Member> members = new ArrayList<>();
        /// Paths that go away, named as the tar names them.
        final List<String> whiteouts = new ArrayList<>();
        /// Directories that are emptied.
        final List<String> opaque = new ArrayList<>();

        byte[] tar(SplittableRandom random) {
            var all = new ArrayList<>(members);
            whiteouts.forEach(path -> {
                var place = Place.of(path);
                insert(all, random, new Place(place.parent(), ".wh." + place.name()).path());
            });
            opaque.forEach(path -> insert(all, random, new Place(path, ".wh..wh..opq").path()));
            var writer = new TarWriter();
            all.forEach(writer::add);
            return writer.finish();
        }

        /// Anywhere, since whiteouts are only for the layers below.
        private static void insert(List<TarWriter.Member> all, SplittableRandom random, String name) {
            all.add(random.nextInt(all.size() + 1), TarWriter.file(name, "").mode(0));
        }
    }

    RandomStack(long seed) {
        random = new SplittableRandom(seed);
        model.put("", "d");
        for (var count = random.nextInt(2, 7); count > 0; count--) {
            addLayer();
        }
    }

    List<Layer> layers() {
        return layers;
    }

    byte[] tar(Layer itsLayer) {
        return itsLayer.tar(random);
    }

    /// Directories that no layer gave a time since they last changed.
    Collection<String> timeless() {
        return timeless;
    }

    /// overlayfs can't take a name off a file of a lower layer, so the count of links stays as it was.
    boolean hasAllLinks(String path) {
        return !diminished.contains(files.get(path));
    }

    private void addLayer() {
        layer = new Layer();
        below.clear();
        below.putAll(model);
        touched.clear();
        named.clear();
        changed.clear();
        underOtherName.clear();
        for (var count = random.nextInt(3, 40); count > 0; count--) {
            act();
        }
        timeless.addAll(changed);
        timeless.removeAll(named);
        layers.add(layer);
    }

    private void act() {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> create(fresh(anyDirectory()));
            case 5, 6, 7 -> replace();
            case 8 -> whiteout();
            case 9 -> opaque();
            case 10, 11 -> hardLink();
            case 12 -> linkToDirectory();
            case 13 -> nameDirectory(pick("d"));
            case 14 -> deep();
            default -> directory(fresh(anyDirectory()));
        }
    }

    /// A path as the tar has it and as it is.
    private record Way(String name, String path) {
        Way child(String component) {
            return new Way(new Place(name, component).path(), new Place(path, component).path());
        }
    }

    /// Sometimes through a link.
    private Way anyDirectory() {
        var link = pick("l");
        if (random.nextInt(4) == 0 && !link.isEmpty() && !underOtherName.contains(link)) {
            var target = model.get(link).substring(1);
            // A directory that took the place of a file below is reached by its own name only.
            if ("d".equals(model.get(target)) && "d".equals(below.getOrDefault(target, "d"))) {
                touched.add(link);
                return new Way(link, target);
            }
        }
        var path = pick("d");
        return new Way(path, path);
    }

    private String pick(String kind) {
        var all = model.entrySet().stream()
                .filter(entry -> entry.getValue().startsWith(kind))
                .map(Map.Entry::getKey)
                .toList();
        return all.isEmpty() ? "" : all.get(random.nextInt(all.size()));
    }

    private Way fresh(Way directory) {
        var name = "n" + names++;
        return directory.child(
                switch (random.nextInt(8)) {
                    case 0 -> name + LONG;
                    case 1 -> name + "\udcff\udcfe"; // bytes that are no UTF-8
                    case 2 -> name + " é\n";
                    default -> name;
                });
    }

    private void create(Way way) {
        if (isAstray(way) || touched.contains(way.path)) {
            return;
        }
        if (random.nextInt(10) == 0) {
            layer.members.add(attributes(TarWriter.file(way.name, "first"), 0));
        }
        layer.members.add(anyFile(way.name));
        made(way, "f");
    }

    /// There is no directory for it.
    private boolean isAstray(Way way) {
        return !"d".equals(model.get(Place.of(way.path).parent()))
                || !Place.of(way.path).name().equals(Place.of(way.name).name());
    }

    private void made(Way way, String kind) {
        var path = way.path;
        if (!way.name.equals(path)) {
            underOtherName.add(path);
        }
        removed(path);
        model.put(path, kind);
        files.put(path, names++);
        touched.add(path);
        changed.add(Place.of(path).parent());
        if (random.nextInt(3) == 0) {
            nameDirectory(Place.of(path).parent());
        }
    }

    private void removed(String path) {
        model.remove(path);
        model.subMap(path + "/", path + "0").clear();
        files.entrySet().removeIf(file -> {
            var isGone = file.getKey().equals(path) || file.getKey().startsWith(path + "/");
            if (isGone) {
                diminished.add(file.getValue());
            }
            return isGone;
        });
        timeless.removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
        named.removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
        changed.removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
        changed.add(Place.of(path).parent());
    }

    private TarWriter.Member anyFile(String name) {
        return switch (random.nextInt(8)) {
            case 0 -> attributes(TarWriter.symlink(name, "nowhere/" + "x".repeat(random.nextInt(150))), 0);
            case 1 ->
                attributes(TarWriter.special('3', name).device(random.nextInt(1, 300), random.nextInt(70_000)), 0);
            case 2 -> attributes(TarWriter.special('4', name).device(random.nextInt(1, 300), random.nextInt(300)), 0);
            case 3 -> attributes(TarWriter.special('6', name), 0);
            default -> {
                var content = new byte[random.nextInt(4) == 0 ? random.nextInt(200_000) : random.nextInt(3_000)];
                random.nextBytes(content);
                yield attributes(TarWriter.file(name, content), 2);
            }
        };
    }

    /// @param xattrs 0: none, 1: the user's, 2: capabilities too
    private TarWriter.Member attributes(TarWriter.Member member, int xattrs) {
        member.modified(Instant.ofEpochSecond(random.nextInt(-100_000, 2_000_000_000), random.nextInt(1_000_000_000)))
                .owner(IDS[random.nextInt(IDS.length)], IDS[random.nextInt(IDS.length)]);
        if (member.type() != '2') {
            var mode = MODES[random.nextInt(MODES.length)];
            // Set-group-id goes over to what is made in a directory, by GNU tar as by anybody.
            member.mode(member.type() == '5' ? mode & ~02000 : mode);
        }
        if (xattrs > 0 && random.nextInt(4) == 0) {
            member.xattr("user.k" + random.nextInt(3), new byte[] {1, 0, (byte) random.nextInt(256)});
        }
        if (xattrs > 1 && random.nextInt(5) == 0) {
            member.xattr("security.capability", CAPABILITY);
        }
        if (member.name().length() > 100 && random.nextInt(2) == 0) {
            member.gnu();
        }
        return member;
    }

    private void directory(Way way) {
        if (isAstray(way) || touched.contains(way.path)) {
            return;
        }
        made(way, "d");
        named.add(way.path);
        layer.members.add(attributes(TarWriter.directory(way.name), 1));
    }

    private void nameDirectory(String path) {
        if (path.isEmpty() || named.contains(path)) {
            return;
        }
        var isTwice = random.nextInt(8) == 0;
        if (isTwice) {
            layer.members.add(attributes(TarWriter.directory(path), 0));
        }
        // GNU tar forgets the attributes of a directory that it has had before.
        layer.members.add(attributes(TarWriter.directory(path + (random.nextBoolean() ? "/" : "")), isTwice ? 0 : 1));
        changed.add(Place.of(path).parent());
        named.add(path);
        touched.add(path);
    }

    /// A lower layer's file or directory by anything.
    private void replace() {
        var path = pick("");
        if (path.isEmpty() || isTouched(path)) {
            return;
        }
        var way = new Way(path, path);
        if (random.nextInt(4) == 0 && !"d".equals(model.get(path))) {
            directory(way);
        } else {
            create(way);
        }
    }

    private boolean isTouched(String path) {
        return touched.stream().anyMatch(name -> name.equals(path) || name.startsWith(path + "/"));
    }

    private void whiteout() {
        var path = pick("");
        if (path.isEmpty() || isTouched(path)) {
            return;
        }
        layer.whiteouts.add(path);
        removed(path);
        touched.add(Place.of(path).parent());
        switch (random.nextInt(4)) {
            case 0 -> create(new Way(path, path));
            case 1 -> directory(new Way(path, path));
            default -> {}
        }
    }

    private void opaque() {
        var path = pick("d");
        if (path.isEmpty() || touched.stream().anyMatch(name -> name.startsWith(path + "/"))) {
            return;
        }
        layer.opaque.add(path);
        for (var name : List.copyOf(model.subMap(path + "/", path + "0").keySet())) {
            if (model.containsKey(name)) {
                removed(name);
            }
        }
        touched.add(path);
        create(fresh(new Way(path, path)));
    }

    private void hardLink() {
        var target = pick("f");
        var way = fresh(anyDirectory());
        if (!target.isEmpty() && !isAstray(way) && !underOtherName.contains(target)) {
            layer.members.add(TarWriter.hardLink(way.name, target));
            touched.add(target);
            made(way, "f");
            files.put(way.path, files.get(target));
        }
    }

    private void linkToDirectory() {
        var target = pick("d");
        var way = fresh(anyDirectory());
        if (target.isEmpty() || isAstray(way)) {
            return;
        }
        var depth = way.path.split("/").length - 1;
        layer.members.add(attributes(TarWriter.symlink(way.name, "../".repeat(depth) + target), 0));
        made(way, "l" + target);
    }

    /// A file in directories that nobody names.
    private void deep() {
        var directory = anyDirectory();
        for (var depth = random.nextInt(1, 4); depth > 0; depth--) {
            directory = directory.child("u" + random.nextInt(5));
            var there = model.get(directory.path);
            if (there == null) {
                made(directory, "d");
            } else if (!there.equals("d")) {
                return;
            }
        }
        create(fresh(directory));
    }
}
