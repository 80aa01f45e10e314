package dev.carafe.engine.container;

import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.linux.ProcessStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a container's first process still runs, as the kernel shows it: no runtime has to be asked.
public final class FirstProcess {
    /// The name of its control group, in whichever hierarchy and below whatever.
    private static final String GROUP = "/crio-";

    private FirstProcess() {}

    /// True only if the process on record is alive and in the container's own control group, so that it can't be
    /// another
    /// one that got its number. False says nothing: it may have gone, or its group may be called otherwise.
    public static boolean isSeen(ContainerRecord container) {
        var pid = container.making().process().pid();
        if (pid <= 0 || ProcessStat.read(pid).filter(ProcessStat::isAlive).isEmpty()) {
            return false;
        }
        try {
            var own = GROUP + container.id();
            return Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")).stream()
                    .anyMatch(line -> isInside(line, own));
        } catch (IOException ended) {
            return false;
        }
    }

    /// cgroups(7): number, controllers and path, with colons between.
    static boolean isInside(String line, String own) {
        var from = line.indexOf(own);
        if (from < 0) {
            return false;
        }
        var rest = line.substring(from + own.length());
        return rest.isEmpty() || rest.startsWith("/") || rest.equals(".scope") || rest.startsWith(".scope/");
    }
}
