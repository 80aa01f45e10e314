package dev.carafe.runtime;

import dev.carafe.linux.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Where things of one container are. The only class that knows.
record ContainerFiles(RuntimeDirectories directories, String id) {
    /// What the runtimes take as an id too. The first character keeps it from being an option or a relative path.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,127}");

    /// `sun_path` of unix(7), without the NUL that ends it.
    private static final int LONGEST_SOCKET_PATH = 107;

    /// More than the digits of a number, little enough to be read whatever is in the file.
    private static final int NUMBER_BYTES = 20;

    ContainerFiles {
        requireName(id);
    }

    static void requireName(String id) {
        if (!NAME.matcher(id).matches()) {
            throw new IllegalArgumentException("not the id of a container: \"" + id + "\"");
        }
    }

    /// Written by the monitor when the container has ended: its exit code.
    Path exit() {
        return directories.exits().resolve(id);
    }

    /// The monitor's link to the bundle, where its attach socket is. conmon cuts a character off where the link's
    /// path would be as long as a socket's may be.
    Path attachLink() {
        var link = directories.attach().resolve(id).toString();
        var tooLong = link.getBytes(StandardCharsets.UTF_8).length == LONGEST_SOCKET_PATH;
        return Path.of(tooLong ? link.substring(0, link.length() - 1) : link);
    }

    /// There from before the monitor is started until after all else is gone.
    Path folder() {
        return directories.persist().resolve(id);
    }

    /// Written by the monitor's first process.
    Path monitorPid() {
        return folder().resolve("monitor.pid");
    }

    /// Written by the runtime, for the monitor.
    Path initPid() {
        return folder().resolve("init.pid");
    }

    /// See [KnownProcess]. Written last: a container without it may be half created.
    Path init() {
        return folder().resolve("init");
    }

    /// The runtime's log of the creation.
    Path runtimeLog() {
        return folder().resolve("runtime.log");
    }

    /// Made by the monitor when the kernel has killed a process of the container for its memory.
    Path oom() {
        return folder().resolve("oom");
    }

    /// A shim's alone, see [ShimFile]; written first.
    Path shim() {
        return folder().resolve("shim");
    }

    /// The shim's process, in the form of [KnownProcess].
    Path shimProcess() {
        return folder().resolve("shim.process");
    }

    /// Where a shim's container has its streams, for one that is part of this one's folder.
    ///
    /// @param process empty: the container's first process; otherwise the id of another of its processes
    Path fifo(String process, String stream) {
        return folder().resolve(process.isEmpty() ? stream : process + "." + stream);
    }

    /// Where the exit code is written, to be renamed.
    Path newExit() {
        return directories.exits().resolve(id + ".new");
    }

    /// A link to the bundle.
    Path bundle() {
        return folder().resolve("bundle");
    }

    /// A link to the container's log; missing when it has none.
    Path log() {
        return folder().resolve("log");
    }

    /// The monitor's FIFO for commands.
    Path control() {
        return bundle().resolve("ctl");
    }

    /// The monitor's FIFO for what it is told of the terminal's size.
    Path windowSizes() {
        return bundle().resolve("winsz");
    }

    /// Its folder, by which it is there.
    ///
    /// @throws IOException also when it is there already
    void begin() throws IOException {
        directories.make();
        try {
            Files.createDirectory(folder());
        } catch (FileAlreadyExistsException e) {
            throw new IOException("container " + id + " exists already", e);
        }
    }

    /// Idempotent.
    void remove() throws IOException {
        removeUnfinishedExit();
        Files.deleteIfExists(exit());
        Files.deleteIfExists(newExit());
        Files.deleteIfExists(attachLink());
        if (Files.exists(folder())) {
            try (var persist = Directory.open(directories.persist())) {
                persist.removeTree(id);
            }
        }
    }

    /// What a monitor has left that was killed while it wrote its file of the exit: GLib writes it beside, under a name
    /// with six more characters.
    private void removeUnfinishedExit() throws IOException {
        if (!Files.exists(directories.exits())) {
            return;
        }
        try (var unfinished = Files.newDirectoryStream(directories.exits(), id + ".??????")) {
            for (var file : unfinished) {
                Files.deleteIfExists(file);
            }
        }
    }

    /// What a file that holds nothing but a number says; empty when it holds something else.
    static OptionalInt number(Path file) throws IOException {
        try (var bytes = Files.newInputStream(file)) {
            var text = new String(bytes.readNBytes(NUMBER_BYTES), StandardCharsets.UTF_8);
            return OptionalInt.of(Integer.parseInt(text.strip()));
        } catch (NumberFormatException notOne) {
            return OptionalInt.empty();
        }
    }
}
