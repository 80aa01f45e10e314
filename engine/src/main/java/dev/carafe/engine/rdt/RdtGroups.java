package dev.carafe.engine.rdt;

import dev.carafe.engine.performance.KernelFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The kernel's groups of the node's classes, each a folder of the class's name. Groups that others have made stay as
/// they are, unless a class has their name. One that was made here is written down before, and goes when no class has
/// its name any more and no process is in it. Safe for all threads.
public final class RdtGroups {
    private static final System.Logger LOG = System.getLogger(RdtGroups.class.getName());

    private final Optional<ResctrlMount> mount;
    private final Path made;
    private Optional<RdtFile> used = Optional.empty();
    private boolean isSettled;

    /// @param made where the names of the groups are written down; goes with the next reboot, as they do
    public RdtGroups(Optional<ResctrlMount> mount, Path made) {
        this.mount = mount;
        this.made = made;
    }

    /// The classes from now on. The same again change nothing.
    ///
    /// @throws IOException when this host can't have them: nothing has changed, unless the kernel itself refused
    public synchronized void use(Optional<RdtFile> file) throws IOException {
        if (isSettled && file.equals(used)) {
            return;
        }
        isSettled = false;
        if (mount.isPresent()) {
            configure(mount.get(), file);
        } else if (file.isPresent()) {
            LOG.log(
                    Level.WARNING,
                    "rdt_config_file: no resctrl is mounted on this host; containers that name a class are refused");
        }
        used = file;
        isSettled = true;
    }

    private void configure(ResctrlMount mount, Optional<RdtFile> file) throws IOException {
        var schemata = file.isPresent() ? Schemata.of(file.get(), Resctrl.read(mount)) : new TreeMap<String, String>();
        var groups = new TreeSet<>(made());
        removeUnused(mount, groups, schemata.keySet());
        for (var name : schemata.keySet()) {
            if (!name.equals(RdtFile.ROOT) && Files.notExists(mount.folder().resolve(name))) {
                groups.add(name);
            }
        }
        writeMade(groups);
        for (var entry : schemata.entrySet()) {
            var isRoot = entry.getKey().equals(RdtFile.ROOT);
            configure(
                    mount.folder(), isRoot ? mount.folder() : mount.folder().resolve(entry.getKey()), entry.getValue());
        }
        if (!schemata.isEmpty()) {
            LOG.log(Level.INFO, "RDT classes from now on: {0}", String.join(", ", schemata.keySet()));
        }
    }

    private static void removeUnused(ResctrlMount mount, Set<String> groups, Set<String> wanted) throws IOException {
        for (var name : List.copyOf(groups)) {
            var folder = mount.folder().resolve(name);
            if (wanted.contains(name)) {
                continue;
            }
            if (isUsed(folder)) {
                LOG.log(
                        Level.WARNING,
                        "RDT class {0} has left rdt_config_file; its group stays while processes are in it",
                        name);
                continue;
            }
            Files.deleteIfExists(folder);
            groups.remove(name);
        }
    }

    private static boolean isUsed(Path group) throws IOException {
        var tasks = group.resolve("tasks");
        return Files.exists(tasks) && !KernelFile.read(tasks).isEmpty();
    }

    private static void configure(Path root, Path group, String schemata) throws IOException {
        try {
            if (Files.notExists(group)) {
                Files.createDirectory(group);
            }
            if (!schemata.isEmpty()) {
                Files.writeString(group.resolve("schemata"), schemata);
            }
        } catch (IOException e) {
            throw new IOException("resctrl's group " + group + ": " + e.getMessage() + status(root), e);
        }
    }

    /// The kernel's own words for the last failure.
    private static String status(Path root) {
        try {
            var status = KernelFile.read(root.resolve("info").resolve("last_cmd_status"));
            return status.isEmpty() || status.equals("ok") ? "" : " (" + status + ")";
        } catch (IOException untold) {
            return "";
        }
    }

    private List<String> made() throws IOException {
        try {
            return Files.readAllLines(made);
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private void writeMade(Set<String> groups) throws IOException {
        var temporary = made.resolveSibling(made.getFileName() + ".new");
        Files.write(temporary, new ArrayList<>(groups));
        Files.move(temporary, made, StandardCopyOption.ATOMIC_MOVE);
    }
}
