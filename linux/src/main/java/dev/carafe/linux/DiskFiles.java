package dev.carafe.linux;

import dev.carafe.linux.CgroupDetail.Disk;
import dev.carafe.linux.CgroupDetail.Transfers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads what a group has moved from and to disks: `io.stat` of v2, `blkio.throttle.*` of v1.
record DiskFiles(Optional<GroupFiles> files, boolean unified) {
    private static final String READ = "Read";
    private static final String WRITE = "Write";

    List<Disk> read() throws IOException {
        if (files.isEmpty()) {
            return List.of();
        }
        return unified ? unified(files.get()) : v1(files.get());
    }

    /// A line is a device and any number of `name=value`.
    private static List<Disk> unified(GroupFiles files) throws IOException {
        var disks = new ArrayList<Disk>();
        for (var line : lines(files, "io.stat")) {
            var words = line.split(" ");
            var values = new TreeMap<String, Long>();
            for (var i = 1; i < words.length; i++) {
                var equals = words[i].indexOf('=');
                if (equals > 0) {
                    values.put(words[i].substring(0, equals), number(words[i].substring(equals + 1), line));
                }
            }
            disk(words[0], values, Names.V2).ifPresent(disks::add);
        }
        return disks;
    }

    /// A line is a device, an operation and a value; the sum of all stands below them without a device.
    private static List<Disk> v1(GroupFiles files) throws IOException {
        var byDevice = new TreeMap<String, Map<String, Long>>();
        add(byDevice, files, "blkio.throttle.io_serviced_recursive", "");
        add(byDevice, files, "blkio.throttle.io_service_bytes_recursive", Names.BYTES);
        var disks = new ArrayList<Disk>();
        byDevice.forEach((device, values) -> disk(device, values, Names.V1).ifPresent(disks::add));
        return disks;
    }

    private static void add(Map<String, Map<String, Long>> byDevice, GroupFiles files, String file, String suffix)
            throws IOException {
        for (var line : lines(files, file)) {
            var words = line.split(" ");
            if (words.length == 3) {
                byDevice.computeIfAbsent(words[0], _ -> new TreeMap<>()).put(words[1] + suffix, number(words[2], line));
            }
        }
    }

    private record Names(String reads, String readBytes, String writes, String writtenBytes) {
        static final String BYTES = " bytes";
        static final Names V1 = new Names(READ, READ + BYTES, WRITE, WRITE + BYTES);
        static final Names V2 = new Names("rios", "rbytes", "wios", "wbytes");
    }

    private static Optional<Disk> disk(String device, Map<String, Long> values, Names names) {
        var numbers = device.split(":");
        if (numbers.length != 2 || !numbers[0].matches("\\d{1,9}") || !numbers[1].matches("\\d{1,9}")) {
            return Optional.empty();
        }
        return Optional.of(new Disk(
                Integer.parseInt(numbers[0]),
                Integer.parseInt(numbers[1]),
                new Transfers(values.getOrDefault(names.reads, 0L), values.getOrDefault(names.readBytes, 0L)),
                new Transfers(values.getOrDefault(names.writes, 0L), values.getOrDefault(names.writtenBytes, 0L))));
    }

    private static List<String> lines(GroupFiles files, String file) throws IOException {
        return files.text(file).orElse("").lines().toList();
    }

    private static long number(String text, String line) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("not a line about a disk: " + line, e);
        }
    }
}
