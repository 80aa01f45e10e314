package dev.carafe.engine.performance;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.engine.spec.PodAnnotation;
import dev.carafe.engine.state.PodRecord;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a pod's annotations ask for a container's processors; the names and values are CRI-O's. It is heeded where the
/// pod's handler allows the annotation, and only for a container that has whole processors to itself: one of a pod
/// that is Guaranteed, with a set of them. To be asked again for each step, since the configuration may have changed.
///
/// @param cpus that are the container's own
/// @param latency for `pm_qos_resume_latency_us`; empty: as it is
/// @param withoutQuota its processor time is not to be bounded
/// @param withoutBalancing the scheduler is to move nothing onto the processors
/// @param shared those of the node that it may use beside its own
/// @param governor of the processors' frequency; empty: as it is
public record CpuWishes(
        Cpus cpus,
        Interrupts interrupts,
        boolean withoutQuota,
        boolean withoutBalancing,
        Cpus shared,
        String latency,
        String governor) {
    static final CpuWishes NONE = new CpuWishes(Cpus.NONE, Interrupts.AS_THEY_ARE, false, false, Cpus.NONE, "", "");

    /// Whose containers are to be left out of the balancing when they have ended, too.
    public static final String BALANCING = "cpu-load-balancing.crio.io";

    private static final String SHARED = "cpu-shared.crio.io";

    private static final String INTERRUPTS = "irq-load-balancing.crio.io";
    private static final String QUOTA = "cpu-quota.crio.io";
    private static final String SLEEP = "cpu-c-states.crio.io";
    private static final String GOVERNOR = "cpu-freq-governor.crio.io";

    /// The shares of one processor (the kubelet's).
    private static final long SHARES = 1024;

    private static final Pattern LATENCY = Pattern.compile("max_latency:([1-9][0-9]{0,8})");
    private static final Pattern GOVERNOR_NAME = Pattern.compile("[a-z_]{1,64}");

    /// Who serves the interrupts that no processor is set for.
    enum Interrupts {
        AS_THEY_ARE,
        /// None of the container's processors.
        OTHERS,
        /// Only the first of the container's, with its siblings in one core, beside the others.
        HOUSEKEEPING
    }

    /// @param container its name
    /// @param settings name the shared processors
    /// @throws Invalid when an annotation has no such value
    public static CpuWishes of(
            PodRecord pod,
            String container,
            LinuxContainerResources resources,
            HandlerRules rules,
            PerformanceSettings settings) {
        if (!hasWholeProcessors(pod, resources)) {
            return NONE;
        }
        var annotations = new Annotations(pod, container, rules);
        var shared = annotations.ofPod(SHARED + "/" + container).orElse("").equals("enable")
                ? settings.sharedCpus()
                : Cpus.NONE;
        var wishes = new CpuWishes(
                Cpus.NONE,
                interrupts(annotations.ofContainer(INTERRUPTS).orElse("")),
                // Its time is bounded by the processors that it has, and the pod's doesn't count the shared ones.
                !shared.isEmpty() || isOff(annotations.ofContainer(QUOTA).orElse("")),
                isOff(annotations.ofContainer(BALANCING).orElse("")),
                shared,
                annotations.ofPod(SLEEP).map(CpuWishes::latencyOf).orElse(""),
                annotations.ofPod(GOVERNOR).map(CpuWishes::governorOf).orElse(""));
        return wishes.equals(NONE) ? NONE : wishes.on(resources.getCpusetCpus());
    }

    /// All that it may run on, where it has asked for more than its own; else empty.
    public String cpusWithShared() {
        return shared.isEmpty() ? "" : cpus.or(shared).list();
    }

    /// Empty without shared ones.
    public String sharedCpus() {
        return shared.list();
    }

    private static boolean hasWholeProcessors(PodRecord pod, LinuxContainerResources resources) {
        var parent = pod.place().cgroup();
        var shares = resources.getCpuShares();
        return !parent.contains("burstable")
                && !parent.contains("besteffort")
                && shares > 0
                && shares % SHARES == 0
                && !resources.getCpusetCpus().isEmpty();
    }

    private CpuWishes on(String list) {
        try {
            var own = Cpus.ofList(list).without(shared);
            if (own.isEmpty()) {
                throw new IllegalArgumentException("none beside the shared ones");
            }
            return new CpuWishes(own, interrupts, withoutQuota, withoutBalancing, shared, latency, governor);
        } catch (IllegalArgumentException e) {
            throw new Invalid("linux.resources.cpuset_cpus: " + e.getMessage());
        }
    }

    private static Interrupts interrupts(String value) {
        if (value.equals("housekeeping")) {
            return Interrupts.HOUSEKEEPING;
        }
        return isOff(value) ? Interrupts.OTHERS : Interrupts.AS_THEY_ARE;
    }

    /// The second is an older word for the first.
    private static boolean isOff(String value) {
        return value.equals("disable") || value.equals("true");
    }

    private static String latencyOf(String value) {
        var latency = LATENCY.matcher(value);
        if (latency.matches()) {
            return latency.group(1);
        }
        return switch (value) {
            case "enable" -> "0"; // no bound on the latency (the kernel's cpu-pm-qos)
            case "disable" -> "n/a"; // no latency at all
            default -> throw new Invalid("annotations " + SLEEP + ": not enable, disable or max_latency:MICROSECONDS");
        };
    }

    private static String governorOf(String value) {
        if (!GOVERNOR_NAME.matcher(value).matches()) {
            throw new Invalid("annotations " + GOVERNOR + ": not the name of a governor");
        }
        return value;
    }

    private record Annotations(PodRecord pod, String container, HandlerRules rules) {
        Optional<String> ofContainer(String name) {
            return ofPod(name + "/" + container).or(() -> ofPod(name));
        }

        Optional<String> ofPod(String name) {
            return PodAnnotation.named(name).in(pod.config().getAnnotationsMap(), rules);
        }
    }
}
