package dev.carafe.engine;

import dev.carafe.engine.container.RecordExit;
import dev.carafe.engine.pod.Pods;
import dev.carafe.runtime.ContainerExit;
import dev.carafe.runtime.ExitWatcher;

/// Puts each container's end on record as it is reported, and stops the pods whose own process has ended. One waits for
/// a start that is under way; the others
/// don't wait for that one.
final class ExitLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ExitLoop.class.getName());

    private final Thread thread;

    private ExitLoop(Thread thread) {
        this.thread = thread;
    }

    static ExitLoop start(ExitWatcher exits, RecordExit recordExit, Pods pods) {
        return new ExitLoop(Thread.ofVirtual().name("exits").start(() -> run(exits, recordExit, pods)));
    }

    private static void run(ExitWatcher exits, RecordExit recordExit, Pods pods) {
        try {
            while (true) {
                var exit = exits.next();
                Thread.ofVirtual().name("exit " + exit.id()).start(() -> record(exit, recordExit, pods));
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static void record(ContainerExit exit, RecordExit recordExit, Pods pods) {
        try {
            if (pods.isOwnProcess(exit.id())) {
                pods.processEnded(exit.id());
                return;
            }
            recordExit.record(exit);
            LOG.log(System.Logger.Level.INFO, "container {0} exited with code {1}", exit.id(), exit.exitCode());
        } catch (Exception e) {
            LOG.log(System.Logger.Level.ERROR, "could not record the exit of container " + exit.id(), e);
        }
    }

    /// An exit that is being recorded is recorded to its end.
    @Override
    public void close() {
        thread.interrupt();
    }
}
