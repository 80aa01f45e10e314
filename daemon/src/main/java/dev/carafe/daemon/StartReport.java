package dev.carafe.daemon;

import dev.carafe.engine.EngineConfig;
import dev.carafe.engine.RuntimeSettings;
import dev.carafe.engine.spec.HostFacts;
import dev.carafe.linux.CgroupController;
import dev.carafe.runtime.RuntimeHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What was started and on what kind of host, in one line for the log: it explains later what looks odd in a
/// pod.
final class StartReport {
    private static final int LOWEST_OOM_SCORE_ADJ = -1000;

    private StartReport() {}

    static String text(Build build, Path socket, EngineConfig config, HostFacts host) {
        var runtime = config.runtime();
        var lacks = lacks(host);
        return Build.NAME + " " + build.version() + " answers on " + socket
                + "; root " + config.storage().root()
                + (config.storage().isSplit()
                        ? ", imagestore " + config.storage().imageStore()
                        : "")
                + ", runroot " + config.storage().runRoot()
                + "; runtimes " + handlers(runtime)
                + "; cgroups " + words(host.cgroupMode()) + " by " + words(runtime.cgroupManager())
                + (lacks.isEmpty() ? "" : "; this host lacks " + String.join(", ", lacks));
    }

    private static String handlers(RuntimeSettings runtime) {
        return runtime.handlers().stream()
                .map(RuntimeHandler::name)
                .map(name -> name.equals(runtime.defaultHandler()) ? name + " (default)" : name)
                .collect(Collectors.joining(", "));
    }

    /// What a container can't get here.
    static List<String> lacks(HostFacts host) {
        var lacks = new ArrayList<String>();
        Arrays.stream(CgroupController.values())
                .filter(c -> !host.controllers().contains(c))
                .forEach(c -> lacks.add("the cgroup controller " + words(c)));
        if (!host.memorySwap()) {
            lacks.add("limits of swap");
        }
        if (host.minimumOomScoreAdj() > LOWEST_OOM_SCORE_ADJ) {
            lacks.add("an oom_score_adj below " + host.minimumOomScoreAdj());
        }
        for (var capability : List.of("CAP_SYS_RESOURCE", "CAP_SYS_ADMIN", "CAP_NET_ADMIN")) {
            if (!host.grantableCapabilities().contains(capability)) {
                lacks.add(capability);
            }
        }
        if (!host.seccomp()) {
            lacks.add("seccomp");
        }
        if (!host.hasApparmor()) {
            lacks.add("AppArmor");
        }
        if (!host.selinux()) {
            lacks.add("SELinux");
        }
        return lacks;
    }

    private static String words(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
