package dev.carafe.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Damage to the fields of a tar's headers, with sums that are right again: what reads the fields sees it, and not
/// only what checks the sums.
final class HeaderDamage {
    private static final int BLOCK = 512;
    private static final int NAME = 0;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int LINK = 157;

    /// Offset and length of numbers: mode, uid, gid, size, mtime, device, and of GNU's sparse maps.
    private static final int[][] NUMBERS = {
        {100, 8}, {108, 8}, {116, 8}, {124, 12}, {136, 12}, {329, 8}, {337, 8}, {386, 12}, {398, 12}, {483, 12}
    };

    private static final String TYPES = "\0" + "01234567LKSxgDMNVAXz";
    private static final List<String> NAMES = List.of(
            "",
            ".",
            "..",
            "/",
            "../x",
            "/x",
            "a/../../x",
            "a/./b",
            "a//b",
            ".wh.",
            ".wh..",
            ".wh...",
            ".wh..wh..opq",
            ".wh..wh.plnk",
            "./",
            "a\nb",
            "x".repeat(100),
            "\u00ff\u00fe");

    private HeaderDamage() {}

    static void to(byte[] tar, SplittableRandom random) {
        var headers = headers(tar);
        for (var times = random.nextInt(1, 5); times > 0 && !headers.isEmpty(); times--) {
            var header = headers.get(random.nextInt(headers.size()));
            switch (random.nextInt(6)) {
                case 0 -> tar[header + random.nextInt(BLOCK)] = (byte) random.nextInt(256);
                case 1 -> text(tar, header + NAME, NAMES.get(random.nextInt(NAMES.size())));
                case 2 -> text(tar, header + LINK, NAMES.get(random.nextInt(NAMES.size())));
                case 3 -> tar[header + TYPE] = (byte) TYPES.charAt(random.nextInt(TYPES.length()));
                case 4 -> number(tar, header, NUMBERS[random.nextInt(NUMBERS.length)], random);
                // What follows it: content, and the records of pax headers and sparse maps.
                default -> {
                    var at = Math.min(tar.length - 1, header + BLOCK + random.nextInt(BLOCK));
                    tar[at] = (byte) (random.nextBoolean() ? '0' + random.nextInt(10) : random.nextInt(256));
                }
            }
            repair(tar, header);
        }
    }

    private static List<Integer> headers(byte[] tar) {
        var found = new ArrayList<Integer>();
        for (var at = 0; at + BLOCK <= tar.length; at += BLOCK) {
            var sum = new String(tar, at + CHECKSUM, 6, StandardCharsets.ISO_8859_1);
            if (sum.matches("[0-7]{6}") && Integer.parseInt(sum, 8) == sum(tar, at)) {
                found.add(at);
            }
        }
        return found;
    }

    private static int sum(byte[] tar, int header) {
        var sum = 0;
        for (var i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : tar[header + i] & 0xff;
        }
        return sum;
    }

    private static void repair(byte[] tar, int header) {
        var sum = "%06o\0 ".formatted(sum(tar, header)).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(sum, 0, tar, header + CHECKSUM, sum.length);
    }

    private static void text(byte[] tar, int at, String text) {
        var bytes = Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), 100);
        System.arraycopy(bytes, 0, tar, at, bytes.length);
    }

    /// Octal or in base 256 (GNU tar manual), within its bounds and beyond.
    private static void number(byte[] tar, int header, int[] field, SplittableRandom random) {
        var at = header + field[0];
        var end = at + field[1];
        switch (random.nextInt(5)) {
            case 0 -> Arrays.fill(tar, at, end, (byte) 0xff);
            case 1 -> Arrays.fill(tar, at, end, (byte) '7');
            case 2 -> {
                Arrays.fill(tar, at, end, (byte) 0xff);
                tar[at] = (byte) 0x80;
            }
            case 3 -> {
                Arrays.fill(tar, at, end, (byte) 0);
                tar[at] = (byte) 0x80;
                tar[end - 1 - random.nextInt(field[1] - 1)] = (byte) random.nextInt(256);
            }
            default -> {
                var octal = "%o".formatted(random.nextInt(1 << 21)).getBytes(StandardCharsets.US_ASCII);
                Arrays.fill(tar, at, end, (byte) 0);
                System.arraycopy(octal, 0, tar, at, octal.length);
            }
        }
    }
}
