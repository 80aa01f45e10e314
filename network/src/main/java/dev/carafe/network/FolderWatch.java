package dev.carafe.network;

import dev.carafe.linux.Inotify;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Looks at folders again whenever something changes in them, well within a second. They and the folders above them
/// may be missing, and may come, go and be replaced. One thread of its own; closing ends it.
final class FolderWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FolderWatch.class.getName());

    /// Files are made and then written: one look at the end of it all.
    private static final Duration SETTLED_AFTER = Duration.ofMillis(50);

    private static final Duration SETTLED_AT_THE_LATEST = Duration.ofMillis(400);

    /// Also without a change: nobody tells of one behind a symbolic link or of a mount, and a plugin may have failed
    /// for a reason of the moment.
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(10);

    /// Where folders come and go all the time, their events are there already.
    private static final int MOST_ROUNDS = 10;

    /// When the kernel gives no more watches (fs.inotify.max_user_instances).
    private static final Duration BLIND_LOOK = Duration.ofMillis(500);

    private final List<Path> folders;
    private final Look look;
    private final Thread thread;

    /// What looks; interrupted when the watch ends.
    @FunctionalInterface
    interface Look {
        void run() throws InterruptedException;
    }

    private FolderWatch(Collection<Path> folders, Look look) {
        this.folders = List.copyOf(folders);
        this.look = look;
        thread = Thread.ofVirtual().name("network configuration").unstarted(this::run);
    }

    /// Looks for the first time at once, on its own thread.
    ///
    /// @param folders absolute; folders inside them are watched too
    static FolderWatch start(Collection<Path> folders, Look look) {
        var watch = new FolderWatch(folders, look);
        watch.thread.start();
        return watch;
    }

    private void run() {
        var isBlind = false;
        try {
            while (true) {
                // Watches follow folders, not paths, so each look has its own.
                try (var inotify = Inotify.open()) {
                    var interests = watched(inotify);
                    isBlind = false;
                    // With the watches in place, nothing is missed.
                    look();
                    awaitChange(inotify, interests);
                } catch (IOException e) {
                    if (!isBlind) {
                        LOG.log(
                                System.Logger.Level.WARNING,
                                "could not watch the folders of the pod network, looking again and again: {0}",
                                e.getMessage());
                        isBlind = true;
                    }
                    look();
                    Thread.sleep(BLIND_LOOK);
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /// Watches all that is there, until nothing has come meanwhile that is not watched. From above to below, so that
    /// a folder that is replaced meanwhile is either watched itself or an event of the one above.
    private SortedMap<Path, Set<String>> watched(Inotify inotify) throws IOException {
        var watched = interests();
        for (var round = 0; round < MOST_ROUNDS; round++) {
            for (var folder : watched.keySet()) {
                inotify.watch(folder);
            }
            var there = interests();
            if (there.equals(watched)) {
                break;
            }
            watched = there;
        }
        return watched;
    }

    private void look() throws InterruptedException {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "could not read the configuration of the pod network", e);
        }
    }

    /// By folder, the names in it that matter; an empty set for all.
    private SortedMap<Path, Set<String>> interests() throws IOException {
        var interests = new TreeMap<Path, Set<String>>();
        for (var folder : folders) {
            var above = Objects.requireNonNull(folder.getRoot());
            for (var name : folder) {
                if (Files.isDirectory(above)) {
                    interests
                            .computeIfAbsent(above.toRealPath(), _ -> new HashSet<>())
                            .add(name.toString());
                }
                above = above.resolve(name);
            }
        }
        for (var folder : folders) {
            if (Files.isDirectory(folder)) {
                interests.put(folder.toRealPath(), Set.of());
                try (var inside = Files.newDirectoryStream(folder, Files::isDirectory)) {
                    for (var one : inside) {
                        interests.put(one.toRealPath(), Set.of());
                    }
                }
            }
        }
        return interests;
    }

    private static void awaitChange(Inotify inotify, Map<Path, Set<String>> interests)
            throws IOException, InterruptedException {
        var until = System.nanoTime() + AGAIN_AFTER.toNanos();
        while (true) {
            var events = inotify.next(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
            if (events.isEmpty()) {
                return;
            }
            if (events.stream().anyMatch(event -> matters(event, interests))) {
                awaitSettled(inotify);
                return;
            }
        }
    }

    private static boolean matters(Inotify.Event event, Map<Path, Set<String>> interests) {
        return switch (event) {
            case Inotify.Event.Created(var folder, var name) -> matters(folder, name, interests);
            case Inotify.Event.Complete(var folder, var name) -> matters(folder, name, interests);
            case Inotify.Event.Gone(var folder, var name) -> matters(folder, name, interests);
            case Inotify.Event.Lost() -> true;
        };
    }

    private static boolean matters(Path folder, String name, Map<Path, Set<String>> interests) {
        var names = interests.getOrDefault(folder, Set.of());
        return names.isEmpty() || names.contains(name);
    }

    private static void awaitSettled(Inotify inotify) throws IOException, InterruptedException {
        var until = System.nanoTime() + SETTLED_AT_THE_LATEST.toNanos();
        while (System.nanoTime() < until && !inotify.next(SETTLED_AFTER).isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            // It ends by itself.
            Thread.currentThread().interrupt();
        }
    }
}
