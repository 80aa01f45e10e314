package dev.carafe.network;

import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.Output;
import dev.carafe.linux.Spawn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Runs plugins as processes, each leading a process group of its own. They inherit the daemon's environment, as
/// libcni has it, since they look there for PATH, for proxies or for their own settings; without what is meant for
/// the daemon alone.
public final class ProcessPluginRunner implements PluginRunner {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// Of systemd's contract with its service (sd_notify(3), sd_listen_fds(3)), and of the JVM.
    private static final Set<String> DAEMONS_OWN = Set.of(
            "NOTIFY_SOCKET",
            "WATCHDOG_USEC",
            "WATCHDOG_PID",
            "LISTEN_FDS",
            "LISTEN_PID",
            "LISTEN_FDNAMES",
            "JAVA_TOOL_OPTIONS",
            "JDK_JAVA_OPTIONS",
            "MALLOC_ARENA_MAX");

    /// How long a plugin that is just being written, as by an upgrade, is waited for.
    private static final Duration BUSY_AT_MOST = Duration.ofSeconds(5);

    private static final Duration BUSY_PAUSE = Duration.ofMillis(50);

    private final Map<String, String> inherited;

    public ProcessPluginRunner() {
        this(System.getenv());
    }

    ProcessPluginRunner(Map<String, String> environment) {
        var variables = new HashMap<>(environment);
        variables.keySet().removeIf(name -> name.startsWith("CNI_") || DAEMONS_OWN.contains(name));
        variables.putIfAbsent("PATH", PATH);
        inherited = Map.copyOf(variables);
    }

    @Override
    public Output run(Path plugin, Map<String, String> parameters, byte[] stdin, Duration limit)
            throws IOException, InterruptedException {
        var environment = new HashMap<>(inherited);
        environment.putAll(parameters);
        var spawn = Spawn.of(plugin, List.of()).environment(environment);
        var waitUntil = System.nanoTime() + BUSY_AT_MOST.toNanos();
        while (true) {
            try {
                return spawn.run(stdin, limit, MAX_OUTPUT_BYTES);
            } catch (ErrnoException e) {
                if (!e.is(Errno.ETXTBSY) || System.nanoTime() - waitUntil > 0) {
                    throw e;
                }
                Thread.sleep(BUSY_PAUSE);
            }
        }
    }
}
