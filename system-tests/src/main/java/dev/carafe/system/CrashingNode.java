package dev.carafe.system;

import dev.carafe.engine.Engine;
import dev.carafe.engine.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/// A process that lives a pod's life until a step and ends there as by SIGKILL: nothing is closed and no handler runs.
public final class CrashingNode {
    static final int CRASHED = 86;

    private CrashingNode() {}

    /// @param arguments the test host's folder, the runtime, the image, the step
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var host = TestHost.existing(Path.of(arguments[0]), arguments[1]);
        var step = Step.valueOf(arguments[3]);
        var engine = Engine.open(PodLife.configuration(host), Clock.systemUTC(), reached -> {
            if (reached == step) {
                Runtime.getRuntime().halt(CRASHED);
            }
        });
        new PodLife(engine, host, arguments[2]).run();
    }
}
