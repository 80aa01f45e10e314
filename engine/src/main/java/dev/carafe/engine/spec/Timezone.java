package dev.carafe.engine.spec;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileType;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The node's time zone for containers: a file of the host's as /etc/localtime, which C libraries read wherever
/// an image has no zones of its own. The variable TZ is left to images and pods: it names a file that the image may
/// lack.
final class Timezone {
    private static final String LOCALTIME = "/etc/localtime";
    private static final Path ZONES = Path.of("/usr/share/zoneinfo");

    private Timezone() {}

    /// The mounts with that of the time zone among them, unless the request mounts something there.
    static List<RuntimeSpec.Mount> of(String timezone, SpecRequest request, List<RuntimeSpec.Mount> mounts)
            throws IOException {
        if (timezone.isEmpty() || mounts.stream().anyMatch(Timezone::covers)) {
            return mounts;
        }
        var file = timezone.equalsIgnoreCase("local") ? Path.of(LOCALTIME) : ZONES.resolve(timezone);
        if (!Files.isRegularFile(file) || !file.equals(file.normalize())) {
            throw new IOException("timezone: there is no " + file + " on this host");
        }
        removeLink(request.rootfs());
        var all = new ArrayList<>(mounts);
        all.add(SpecMount.bind(
                file.toRealPath(), LOCALTIME, List.of("bind", "rprivate", "ro", "nosuid", "nodev", "noexec")));
        return all;
    }

    private static boolean covers(RuntimeSpec.Mount mount) {
        return Path.of(LOCALTIME).startsWith(mount.destination());
    }

    /// A link there leads to one of the image's zones, which is not to be covered.
    private static void removeLink(Path rootfs) throws IOException {
        try (var root = Directory.open(rootfs);
                var folder = root.directory("etc")) {
            var there = folder.status("localtime");
            if (there.isPresent() && there.get().type() == FileType.SYMBOLIC_LINK) {
                folder.unlink("localtime");
            }
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
                throw e;
            }
        }
    }
}
