package dev.carafe.linux;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;

/// A line of `/proc/self/mountinfo`, unescaped.
///
/// @param root the folder of the file system that is mounted; of a pinned namespace the like of `net:[4026531840]`
/// @param options of the mount and, after them, of the file system, separated by commas
/// @param propagation the optional fields, as `shared:7 master:2`; empty means private
public record MountEntry(
        int id,
        int parentId,
        String root,
        Path mountPoint,
        String type,
        String source,
        String options,
        String propagation) {
    private static final int OPTIONAL_FIELDS = 6;

    /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`
    ///
    /// @param line its bytes as ISO 8859-1
    static MountEntry parse(String line) {
        var fields = line.split(" ");
        var separator = OPTIONAL_FIELDS;
        while (!fields[separator].equals("-")) {
            separator++;
        }
        return new MountEntry(
                Integer.parseInt(fields[0]),
                Integer.parseInt(fields[1]),
                unescaped(fields[3]),
                Path.of(unescaped(fields[4])),
                fields[separator + 1],
                unescaped(fields[separator + 2]),
                fields[5] + "," + fields[separator + 3],
                String.join(" ", List.of(fields).subList(OPTIONAL_FIELDS, separator)));
    }

    /// White space and backslashes stand as a backslash and three octal digits.
    private static String unescaped(String field) {
        var bytes = new ByteArrayOutputStream(field.length());
        for (var i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                bytes.write(Integer.parseInt(field, i + 1, i + 4, 8));
                i += 3;
            } else {
                bytes.write(field.charAt(i));
            }
        }
        return FileNames.decode(bytes.toByteArray());
    }
}
