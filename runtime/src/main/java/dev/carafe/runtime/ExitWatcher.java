package dev.carafe.runtime;

import dev.carafe.linux.Inotify;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Tells the ends of containers: each that is watched once, also one that came before the watch. Safe for all
/// threads. The kernel tells of the monitors' exit files and of the monitors' own ends; nothing is asked for at
/// intervals.
public final class ExitWatcher implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ExitWatcher.class.getName());

    private final RuntimeDirectories directories;
    private final Inotify inotify;
    private final ConcurrentHashMap<String, Watch> watches = new ConcurrentHashMap<>();

    /// Holds at most one for each watch.
    private final BlockingQueue<ContainerExit> exits = new LinkedBlockingQueue<>();

    private volatile boolean closed;

    private ExitWatcher(RuntimeDirectories directories, Inotify inotify) {
        this.directories = directories;
        this.inotify = inotify;
    }

    /// Makes the directories where they are missing.
    public static ExitWatcher open(RuntimeDirectories directories) throws IOException {
        directories.make();
        var inotify = Inotify.open();
        try {
            inotify.watch(directories.exits());
        } catch (IOException e) {
            inotify.close();
            throw e;
        }
        var watcher = new ExitWatcher(directories, inotify);
        Thread.ofVirtual().name("exit files").start(watcher::readEvents);
        return watcher;
    }

    /// Whether its end is still to come: its monitor or its first process lives. Where neither does, and no exit was
    /// left, there is nothing to watch. Asks the kernel alone.
    ///
    /// @param monitorPid as for [#watch]
    public boolean isAlive(String id, int monitorPid) throws IOException {
        var files = new ContainerFiles(directories, id);
        var monitor = Monitor.open(monitorPid, files);
        monitor.ifPresent(Monitor::close);
        return monitor.isPresent()
                || KnownProcess.read(files.init()).filter(KnownProcess::isAlive).isPresent();
    }

    /// From now on, until its end is told. Nothing when it is watched already.
    ///
    /// @param monitorPid as [OciRuntime#create(ContainerProcess)] gave it. When the process of that pid is not
    ///     the container's monitor, and no exit was left, the container's first process is killed and its end
    ///     told as unseen
    public void watch(String id, int monitorPid) throws IOException {
        var files = new ContainerFiles(directories, id);
        var watch = new Watch(files, Monitor.open(monitorPid, files).orElse(null));
        if (closed || watches.putIfAbsent(id, watch) != null) {
            watch.close();
            return;
        }
        Thread.ofVirtual().name("monitor of " + id).start(() -> awaitMonitor(watch));
        // Events are heard from here on, so what came before is the rest.
        tellIfEnded(watch);
    }

    /// Waits for the next.
    public ContainerExit next() throws InterruptedException {
        return exits.take();
    }

    private void readEvents() {
        try {
            while (!closed) {
                for (var event : inotify.next(Deadline.NO_LIMIT)) {
                    look(event);
                }
            }
        } catch (IOException e) {
            if (!closed) {
                LOG.log(System.Logger.Level.ERROR, "exits are told only when the monitors end from now on", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Inotify.Event event) {
        switch (event) {
            case Inotify.Event.Complete(var folder, var name) -> {
                // Also the temporary names of files that are about to be renamed: those are nobody's.
                var watch = watches.get(name);
                if (watch != null) {
                    tellIfEnded(watch);
                }
            }
            case Inotify.Event.Lost() -> List.copyOf(watches.values()).forEach(this::tellIfEnded);
            case Inotify.Event.Created _, Inotify.Event.Gone _ -> {}
        }
    }

    private void tellIfEnded(Watch watch) {
        try {
            ExitFile.read(watch.files).ifPresent(exit -> tell(watch, exit));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "could not read how container " + watch.files.id() + " ended", e);
        }
    }

    private void tell(Watch watch, ContainerExit exit) {
        if (watches.remove(exit.id(), watch)) {
            exits.add(exit);
        }
    }

    private boolean isTold(Watch watch) {
        return !watch.equals(watches.get(watch.files.id()));
    }

    private void awaitMonitor(Watch watch) {
        var id = watch.files.id();
        try (watch) {
            if (watch.monitor != null) {
                watch.monitor.awaitEnd(Deadline.NO_LIMIT);
            }
            tellIfEnded(watch);
            if (!closed && !isTold(watch)) {
                LOG.log(System.Logger.Level.WARNING, "the monitor of container {0} is gone and left no exit", id);
                endUnmonitored(watch.files);
                tell(watch, ContainerExit.unseen(id, Instant.now()));
            }
        } catch (IOException e) {
            // Its removal kills what may still be there.
            LOG.log(System.Logger.Level.ERROR, "could not end container " + id + ", which has no monitor", e);
            tell(watch, ContainerExit.unseen(id, Instant.now()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns when its first process has ended, however long that takes: told before, it might be started again
    /// beside itself.
    private static void endUnmonitored(ContainerFiles files) throws IOException, InterruptedException {
        var init = KnownProcess.read(files.init());
        if (init.isPresent()) {
            init.get().kill(Deadline.NO_LIMIT);
        }
    }

    @Override
    public void close() {
        closed = true;
        inotify.close();
        watches.values().forEach(Watch::close);
    }

    /// @param monitor null when it was gone before the watch
    private record Watch(ContainerFiles files, @Nullable Monitor monitor) implements AutoCloseable {
        @Override
        public void close() {
            if (monitor != null) {
                monitor.close();
            }
        }
    }
}
