package dev.carafe.engine.pod;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.spec.SelinuxLabels;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Store;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// The levels by which SELinux keeps the files and processes of pods apart: two categories each, and no two pods with
/// the same ones unless they ask for them. A pod has its level as long as it has a record. Safe for all threads.
public final class PodLevels {
    /// Of the kernel's policies for containers (setrans.conf(5)): c0 to c1023.
    private static final int CATEGORIES = 1024;

    private final Store<PodRecord> pods;
    private final SelinuxLabels labels;
    private final RandomGenerator random;
    private final Set<String> beginning = new HashSet<>();

    public PodLevels(Store<PodRecord> pods, SelinuxLabels labels, RandomGenerator random) {
        this.pods = pods;
        this.labels = labels;
        this.random = random;
    }

    /// The level of a new pod, which nobody else gets until this is closed; by then the pod's record has to have it.
    Taken take(PodSandboxConfig config) throws IOException {
        var asked = labels.level(config);
        if (!labels.haveLevels() || !asked.isEmpty()) {
            return new Taken(asked, () -> {});
        }
        synchronized (beginning) {
            var level = free();
            beginning.add(level);
            return new Taken(level, () -> release(level));
        }
    }

    /// @param text empty: pods have none
    record Taken(String text, Runnable release) implements AutoCloseable {
        @Override
        public void close() {
            release.run();
        }
    }

    private void release(String level) {
        synchronized (beginning) {
            beginning.remove(level);
        }
    }

    private String free() throws IOException {
        var used = pods.all().stream().map(pod -> pod.place().level()).collect(Collectors.toSet());
        var pairs = CATEGORIES * CATEGORIES;
        var start = random.nextInt(pairs);
        for (var i = 0; i < pairs; i++) {
            var pair = (start + i) % pairs;
            var first = pair / CATEGORIES;
            var second = pair % CATEGORIES;
            var level = "s0:c" + first + ",c" + second;
            if (first < second && !used.contains(level) && !beginning.contains(level)) {
                return level;
            }
        }
        throw new IOException("all levels of SELinux are used by pods");
    }
}
