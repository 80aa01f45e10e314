package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes tar archives member by member, right ones and wrong ones, in memory.
final class TarWriter {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// One member, described bit by bit.
    static final class Member {
        private final char type;
        private final String name;
        private String link = "";
        private int mode = 0644;
        private long uid;
        private long gid;
        private byte[] content = {};
        private Instant modified = Instant.ofEpochSecond(1_700_000_000);
        private int major;
        private int minor;
        private boolean isGnu;
        private final Map<String, byte[]> pax = new LinkedHashMap<>();

        private Member(char type, String name) {
            this.type = type;
            this.name = name;
        }

        Member mode(int value) {
            mode = value;
            return this;
        }

        Member owner(long itsUid, long itsGid) {
            uid = itsUid;
            gid = itsGid;
            return this;
        }

        Member modified(Instant value) {
            modified = value;
            return this;
        }

        Member xattr(String key, byte[] value) {
            pax.put("SCHILY.xattr." + key, value);
            return this;
        }

        Member pax(String key, String value) {
            pax.put(key, FileNames.encode(value));
            return this;
        }

        Member device(int itsMajor, int itsMinor) {
            major = itsMajor;
            minor = itsMinor;
            return this;
        }

        /// GNU headers and long names instead of pax ones. They have no fractions of seconds and no attributes.
        Member gnu() {
            isGnu = true;
            modified = Instant.ofEpochSecond(modified.getEpochSecond());
            pax.clear();
            return this;
        }

        char type() {
            return type;
        }

        String name() {
            return name;
        }
    }

    static Member file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    static Member file(String name, byte[] content) {
        var member = new Member('0', name);
        member.content = content;
        return member;
    }

    static Member directory(String name) {
        return new Member('5', name).mode(0755);
    }

    static Member symlink(String name, String target) {
        return link('2', name, target).mode(0777);
    }

    static Member hardLink(String name, String target) {
        return link('1', name, target);
    }

    private static Member link(char type, String name, String target) {
        var member = new Member(type, name);
        member.link = target;
        return member;
    }

    static Member special(char type, String name) {
        return new Member(type, name);
    }

    /// Whole archives.
    static byte[] of(Member... members) {
        var writer = new TarWriter();
        for (var member : members) {
            writer.add(member);
        }
        return writer.finish();
    }

    TarWriter add(Member member) {
        var pax = new LinkedHashMap<>(member.pax);
        var name = FileNames.encode(member.name);
        var link = FileNames.encode(member.link);
        if (member.isGnu) {
            longName('L', name);
            longName('K', link);
        } else {
            if (name.length > 100) {
                pax.put("path", name);
            }
            if (link.length > 100) {
                pax.put("linkpath", link);
            }
            if (member.modified.getNano() != 0 || member.modified.getEpochSecond() < 0) {
                pax.put("mtime", FileNames.encode(decimal(member.modified)));
            }
        }
        if (!pax.isEmpty()) {
            raw('x', "PaxHeaders/x", paxRecords(pax));
        }
        bytes.writeBytes(header(member, name, link));
        content(member.content);
        return this;
    }

    private static String decimal(Instant time) {
        return new java.math.BigDecimal(time.getEpochSecond())
                .add(java.math.BigDecimal.valueOf(time.getNano(), 9))
                .toPlainString();
    }

    private void longName(char type, byte[] name) {
        if (name.length > 100) {
            var terminated = java.util.Arrays.copyOf(name, name.length + 1);
            raw(type, "././@LongLink", terminated);
        }
    }

    /// A member of any type with any content, its header otherwise plain.
    TarWriter raw(char type, String name, byte[] content) {
        bytes.writeBytes(header(new Member(type, name), FileNames.encode(name), new byte[0], content.length));
        content(content);
        return this;
    }

    /// Bytes that are no member.
    TarWriter garbage(byte[] garbage) {
        bytes.writeBytes(garbage);
        return this;
    }

    static byte[] paxRecords(Map<String, byte[]> pax) {
        var records = new ByteArrayOutputStream();
        pax.forEach((key, value) -> records.writeBytes(paxRecord(key, value)));
        return records.toByteArray();
    }

    static byte[] paxRecord(String key, byte[] value) {
        var body = new ByteArrayOutputStream();
        body.write(' ');
        body.writeBytes(FileNames.encode(key));
        body.write('=');
        body.writeBytes(value);
        body.write('\n');
        var length = body.size() + 1;
        while (length != body.size() + String.valueOf(length).length()) {
            length = body.size() + String.valueOf(length).length();
        }
        var record = new ByteArrayOutputStream();
        record.writeBytes(String.valueOf(length).getBytes(StandardCharsets.US_ASCII));
        record.writeBytes(body.toByteArray());
        return record.toByteArray();
    }

    private static byte[] header(Member member, byte[] name, byte[] link) {
        return header(member, name, link, member.content.length);
    }

    static byte[] header(Member member, byte[] name, byte[] link, long size) {
        var block = new byte[BLOCK];
        System.arraycopy(name, 0, block, 0, Math.min(100, name.length));
        number(block, 100, 8, member.mode);
        number(block, 108, 8, member.uid);
        number(block, 116, 8, member.gid);
        number(block, 124, 12, size);
        number(block, 136, 12, Math.max(0, member.modified.getEpochSecond()));
        block[156] = (byte) member.type;
        System.arraycopy(link, 0, block, 157, Math.min(100, link.length));
        var magic = member.isGnu ? "ustar  \0" : "ustar\00000";
        System.arraycopy(magic.getBytes(StandardCharsets.US_ASCII), 0, block, 257, 8);
        number(block, 329, 8, member.major);
        number(block, 337, 8, member.minor);
        return checked(block);
    }

    /// With the sum that fits what is in it.
    static byte[] checked(byte[] block) {
        for (var i = 148; i < 156; i++) {
            block[i] = ' ';
        }
        var sum = 0;
        for (var b : block) {
            sum += b & 0xff;
        }
        System.arraycopy(String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII), 0, block, 148, 8);
        return block;
    }

    /// Octal with NUL where it fits, else base-256.
    static void number(byte[] block, int offset, int length, long value) {
        var octal = Long.toOctalString(value);
        if (value >= 0 && octal.length() < length) {
            var text = "0".repeat(length - 1 - octal.length()) + octal + '\0';
            System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, block, offset, length);
            return;
        }
        for (var i = 0; i < length; i++) {
            var shift = 8 * (length - 1 - i);
            block[offset + i] = (byte) (shift < 64 ? value >> shift : value >> 63);
        }
        block[offset] |= (byte) 0x80;
    }

    private void content(byte[] content) {
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[-content.length & (BLOCK - 1)]);
    }

    byte[] finish() {
        bytes.writeBytes(new byte[2 * BLOCK]);
        return bytes.toByteArray();
    }

    /// Without an end.
    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
