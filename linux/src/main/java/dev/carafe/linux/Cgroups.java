package dev.carafe.linux;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.Set;

/// Control groups.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Cgroups {
    private Cgroups() {}

    public static Cgroups detect() throws IOException {
        throw Unwritten.yet();
    }

    public CgroupMode mode() {
        throw Unwritten.yet();
    }

    public Set<CgroupController> controllers() {
        throw Unwritten.yet();
    }

    public boolean has(CgroupController controller) {
        throw Unwritten.yet();
    }

    public boolean create(String path) throws IOException {
        throw Unwritten.yet();
    }

    public void remove(String path) throws IOException {
        throw Unwritten.yet();
    }

    public void addProcess(String path, int pid) throws IOException {
        throw Unwritten.yet();
    }

    public Set<Integer> processes(String path) throws IOException {
        throw Unwritten.yet();
    }

    public void kill(String path) throws IOException, InterruptedException {
        throw Unwritten.yet();
    }

    public OptionalLong oomKills(String path) throws IOException {
        throw Unwritten.yet();
    }
}
