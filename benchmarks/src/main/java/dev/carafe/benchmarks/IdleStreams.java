package dev.carafe.benchmarks;

import dev.carafe.cri.v1.ExecRequest;
import dev.carafe.system.Cri;
import dev.carafe.system.Programs;
import dev.carafe.system.Stage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// What commands cost the daemon that wait for input, as shells do: prints its memory, threads and descriptors without
/// and with them, each after a collection. Needs root.
public final class IdleStreams {
    private static final long SETTLES_MILLIS = 8000;
    private static final int FIRST = 20;

    private IdleStreams() {}

    /// @param arguments how many (1000), and the runtime, `crun` where none is named
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        var runtime = arguments.length > 1 ? arguments[1] : "crun";
        try (var stage = Stage.likeANode(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("idle");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "100000"));
            var streams = new ArrayDeque<BareStream>();
            // What the first streams make once for all is not theirs.
            open(stage, container, streams, FIRST);
            close(streams);
            print("without streams", stage);
            open(stage, container, streams, count);
            print("with " + count, stage);
            close(streams);
            print("after their end", stage);
            cri.removePod(pod);
        }
    }

    private static void open(Stage stage, String container, ArrayDeque<BareStream> streams, int count)
            throws IOException {
        for (var i = 0; i < count; i++) {
            var url = stage.daemon()
                    .runtime()
                    .exec(ExecRequest.newBuilder()
                            .setContainerId(container)
                            .addCmd("cat")
                            .setStdin(true)
                            .setStdout(true)
                            .setStderr(true)
                            .build())
                    .getUrl();
            var stream = BareStream.open(URI.create(url));
            streams.add(stream);
            // It has begun when something of it has come back.
            stream.echo();
        }
    }

    private static void close(ArrayDeque<BareStream> streams) throws IOException {
        for (var stream : streams) {
            stream.close();
        }
        streams.clear();
    }

    private static void print(String when, Stage stage) throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(SETTLES_MILLIS);
        var pid = Long.toString(stage.daemon().pid());
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var _ = Programs.output(jcmd, pid, "GC.run");
        TimeUnit.MILLISECONDS.sleep(SETTLES_MILLIS);
        System.out.printf(
                Locale.ROOT,
                "%-16s  resident %6.1f MiB   heap %5.1f MiB   threads %3d   descriptors %5d%n",
                when,
                status(pid, "VmRSS:") / 1024.0,
                heapKibibytes(Programs.output(jcmd, pid, "GC.heap_info")) / 1024.0,
                status(pid, "Threads:"),
                descriptors(pid));
    }

    private static long status(String pid, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    /// Of the generations, each of which has a line `DefNew total 3712K, used 1234K …`.
    private static long heapKibibytes(String info) {
        return info.lines()
                .filter(line -> line.contains(" total "))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*used ([0-9]+)K.*", "$1")))
                .sum();
    }

    private static long descriptors(String pid) throws IOException {
        try (var open = Files.list(Path.of("/proc", pid, "fd"))) {
            return open.count();
        }
    }
}
