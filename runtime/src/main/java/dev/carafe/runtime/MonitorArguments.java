package dev.carafe.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line of a container's conmon (conmon(8)), with options that all its 2.x versions have.
final class MonitorArguments {
    private MonitorArguments() {}

    static List<String> of(RuntimeHandler handler, ContainerFiles files, ContainerProcess container)
            throws IOException {
        var arguments = new ArrayList<>(List.of(
                Monitor.ID_OPTION,
                files.id(),
                "-u",
                files.id(),
                "-n",
                container.name(),
                "-b",
                container.bundle().toString(),
                "-r",
                handler.path().toString(),
                "-P",
                files.monitorPid().toString(),
                "-p",
                files.initPid().toString(),
                Monitor.EXITS_OPTION,
                files.directories().exits().toString(),
                "--persist-dir",
                files.folder().toString(),
                "--socket-dir-path",
                files.directories().attach().toString()));
        for (var log : logs(handler, container)) {
            arguments.add("-l");
            arguments.add(log);
        }
        for (var argument : List.of("--root=" + handler.root(), "--log=" + files.runtimeLog(), "--log-format=json")) {
            arguments.add("--runtime-arg");
            arguments.add(argument);
        }
        if (handler.cgroupManager() == CgroupManager.SYSTEMD) {
            arguments.add("-s");
        }
        if (!handler.pivotsRoot()) {
            arguments.add("--no-pivot");
        }
        if (!handler.syncsLog()) {
            arguments.add("--no-sync-log");
        }
        if (container.logSizeMaxBytes() >= 0) {
            arguments.add("--log-size-max");
            arguments.add(Long.toString(container.logSizeMaxBytes()));
        }
        addStreams(arguments, container);
        return arguments;
    }

    private static void addStreams(List<String> arguments, ContainerProcess container) {
        if (container.tty()) {
            arguments.add("-t");
        } else if (container.stdin()) {
            arguments.add("-i");
            if (!container.stdinOnce()) {
                arguments.add("--leave-stdin-open");
            }
        }
    }

    private static List<String> logs(RuntimeHandler handler, ContainerProcess container) throws IOException {
        var logs = new ArrayList<String>();
        if (container.hasLog()) {
            logs.add("k8s-file:" + log(container.logPath()));
        }
        if (handler.logsToJournal()) {
            logs.add("journald:");
        }
        return logs.isEmpty() ? List.of("none") : logs;
    }

    /// conmon takes what follows a colon for something else, and would write to another file.
    private static String log(Path path) throws IOException {
        if (path.toString().contains(":")) {
            throw new IOException("conmon can't write to a log whose path has a colon: " + path);
        }
        return path.toString();
    }
}
