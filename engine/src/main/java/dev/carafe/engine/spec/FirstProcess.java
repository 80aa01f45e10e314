package dev.carafe.engine.spec;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The container's first process. What is not written it inherits from its monitor, and so from the daemon.
final class FirstProcess {
    private final ContainerDefaults defaults;
    private final HostFacts host;
    private final Warnings warnings;
    private final List<RuntimeSpec.Rlimit> rlimits;

    FirstProcess(ContainerDefaults defaults, HostFacts host, Warnings warnings) {
        this.defaults = defaults;
        this.host = host;
        this.warnings = warnings;
        this.rlimits = Rlimits.of(defaults, host, warnings);
    }

    /// @param cpus that it may run on; empty: all
    RuntimeSpec.Process of(SpecRequest request, ProcessUser user, CapabilitySets capabilities, String cpus)
            throws IOException {
        var line = CommandLine.of(request);
        var labels = request.labels();
        var apparmor = ApparmorProfile.of(request, defaults, host, warnings);
        return new RuntimeSpec.Process(
                request.container().getTty(),
                null,
                user.forSpec(Umask.of(request)),
                line,
                Environment.of(request, defaults),
                WorkingDirectory.of(request).toString(),
                capabilities.forSpec(),
                rlimits,
                request.security().getNoNewPrivs(),
                apparmor.isEmpty() ? null : apparmor,
                OomScore.of(request, host, warnings),
                SpecBuilder.text(CommandLine.isInit(line) ? labels.init() : labels.process()),
                affinity(request, cpus),
                null,
                null);
    }

    /// Of the commands that join it.
    private static RuntimeSpec.@Nullable CpuAffinity affinity(SpecRequest request, String cpus) {
        return request.rules().executesOnFirstCpu() && !cpus.isEmpty()
                ? new RuntimeSpec.CpuAffinity(
                        CpuLimits.first(request.sharedCpus().isEmpty() ? cpus : request.sharedCpus()))
                : null;
    }

    /// One that joins it later and is all that the first is, but for its command and its terminal.
    static RuntimeSpec.Process joining(RuntimeSpec.Process first, List<String> command, boolean terminal) {
        return new RuntimeSpec.Process(
                terminal,
                null,
                first.user(),
                CommandLine.check(command, "cmd: empty"),
                terminal ? Environment.onTerminal(first.env()) : first.env(),
                first.cwd(),
                first.capabilities(),
                first.rlimits(),
                first.noNewPrivileges(),
                first.apparmorProfile(),
                first.oomScoreAdj(),
                first.selinuxLabel(),
                first.execCPUAffinity(),
                first.ioPriority(),
                first.scheduler());
    }
}
