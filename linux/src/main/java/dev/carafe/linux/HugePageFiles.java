package dev.carafe.linux;

import dev.carafe.linux.CgroupDetail.HugePages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads how many huge pages a group has: `hugetlb.SIZE.current` of v2, `hugetlb.SIZE.usage_in_bytes` of v1.
record HugePageFiles(Optional<GroupFiles> files, boolean unified) {
    private static final String PREFIX = "hugetlb.";

    List<HugePages> read() throws IOException {
        if (files.isEmpty()) {
            return List.of();
        }
        var used = unified ? ".current" : ".usage_in_bytes";
        var pages = new ArrayList<HugePages>();
        for (var size : sizes(files.get(), used)) {
            var bytes = files.get().number(PREFIX + size + used);
            if (bytes.isPresent()) {
                pages.add(new HugePages(
                        size, bytes.getAsLong(), files.get().number(PREFIX + size + ".max_usage_in_bytes")));
            }
        }
        return pages;
    }

    /// Reservations have files of their own, with a further dot.
    private static List<String> sizes(GroupFiles files, String suffix) throws IOException {
        var sizes = new ArrayList<String>();
        try (var found = Files.newDirectoryStream(files.folder(), PREFIX + "*" + suffix)) {
            for (var file : found) {
                var name = file.getFileName().toString();
                var size = name.substring(PREFIX.length(), name.length() - suffix.length());
                if (!size.contains(".")) {
                    sizes.add(size);
                }
            }
        } catch (NoSuchFileException gone) {
            return List.of();
        }
        return sizes.stream().sorted().toList();
    }
}
