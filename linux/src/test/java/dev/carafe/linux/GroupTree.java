package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Folders that stand for the kernel's hierarchies of control groups.
record GroupTree(Path folder) {
    void file(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    MountEntry v1(String name, String options) throws IOException {
        return mount(name, "cgroup", options);
    }

    MountEntry v2(String controllers) throws IOException {
        var mount = mount("unified", "cgroup2", "rw,nsdelegate");
        Files.writeString(mount.mountPoint().resolve("cgroup.controllers"), controllers + "\n");
        return mount;
    }

    private MountEntry mount(String name, String type, String options) throws IOException {
        var point = Files.createDirectories(folder.resolve(name));
        return new MountEntry(1, 1, "/", point, type, "cgroup", options, "");
    }
}
