package dev.carafe.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Random archives of few names and all that members can be, so that each name is made, replaced, linked and hidden
/// again and again. Not all are layers.
final class RandomTar {
    private static final String[] FILES = {"a", "b", "c", "file"};
    private static final String[] FOLDERS = {"d", "e", "folder"};
    private static final int MOST_MEMBERS = 25;
    private static final int MOST_BYTES = 3000;
    private static final int LARGE_BYTES = 600_000;

    private final SplittableRandom random;

    RandomTar(long seed) {
        random = new SplittableRandom(seed);
    }

    byte[] bytes() {
        var writer = new TarWriter();
        if (chance(5)) {
            writer.raw('g', "global", TarWriter.paxRecord("comment", content(20)));
        }
        for (var count = random.nextInt(MOST_MEMBERS); count > 0; count--) {
            writer.add(member());
        }
        if (chance(5)) {
            return writer.toByteArray();
        }
        var tar = writer.garbage(new byte[1024]);
        if (chance(3)) {
            tar.garbage(new byte[512 * random.nextInt(40)]);
        }
        if (chance(5)) {
            tar.garbage(content(MOST_BYTES));
        }
        return tar.toByteArray();
    }

    private TarWriter.Member member() {
        var member = switch (random.nextInt(14)) {
            case 0, 1, 2, 3, 4, 5 -> TarWriter.file(path(), content(chance(20) ? LARGE_BYTES : MOST_BYTES));
            case 6, 7 -> TarWriter.directory(path(folder()) + (chance(2) ? "/" : ""));
            case 8 -> TarWriter.symlink(path(), path());
            case 9 -> TarWriter.hardLink(path(), path());
            case 10 -> TarWriter.file(place(".wh." + name()), content(chance(2) ? 0 : MOST_BYTES));
            case 11 -> TarWriter.file(place(".wh..wh..opq"), "");
            case 12 -> TarWriter.special('6', path());
            default -> sparse();
        };
        if (chance(10)) {
            return member.gnu();
        }
        return chance(6) ? member.xattr("user.note", content(40)) : member;
    }

    private TarWriter.Member sparse() {
        var pieces = random.nextInt(5);
        var map = new StringBuilder().append(pieces).append('\n');
        var end = 0L;
        var bytes = 0;
        for (var i = 0; i < pieces; i++) {
            var length = random.nextInt(MOST_BYTES);
            end += random.nextInt(100_000);
            map.append(end).append('\n').append(length).append('\n');
            end += length;
            bytes += length;
        }
        map.append("\0".repeat(-map.length() & 511));
        var content = new byte[map.length() + bytes];
        random.nextBytes(content);
        for (var i = 0; i < map.length(); i++) {
            content[i] = (byte) map.charAt(i);
        }
        return TarWriter.file(path(), content)
                .pax("GNU.sparse.major", "1")
                .pax("GNU.sparse.minor", "0")
                .pax("GNU.sparse.realsize", String.valueOf(end + random.nextInt(5000)));
    }

    private String path() {
        return path(name());
    }

    private String path(String name) {
        return List.of("", "./", "/").get(random.nextInt(3)) + place(name);
    }

    private String place(String name) {
        var parts = new ArrayList<String>();
        for (var depth = random.nextInt(3); depth > 0; depth--) {
            parts.add(folder());
        }
        parts.add(name);
        return String.join("/", parts);
    }

    private String name() {
        return chance(30) ? "long-".repeat(30) : mostly(FILES, FOLDERS);
    }

    private String folder() {
        return mostly(FOLDERS, FILES);
    }

    /// What is a folder here is a file there, but not so often that hardly any of the archives is a layer.
    private String mostly(String[] usual, String[] others) {
        var names = chance(25) ? others : usual;
        return names[random.nextInt(names.length)];
    }

    private byte[] content(int most) {
        var content = new byte[random.nextInt(most + 1)];
        random.nextBytes(content);
        return content;
    }

    private boolean chance(int oneOf) {
        return random.nextInt(oneOf) == 0;
    }
}
