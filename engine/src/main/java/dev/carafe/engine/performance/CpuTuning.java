package dev.carafe.engine.performance;

import com.google.protobuf.ByteString;
import dev.carafe.cri.v1.KeyValue;
import dev.carafe.engine.performance.CpuWishes.Interrupts;
import dev.carafe.engine.state.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// Changes on the node that a container asks for its processors: the mask of those that serve interrupts, the latency
/// that their sleep may have, their governor. What two containers have changed is put back when the second ends.
/// Safe for all threads; one lock is held while the kernel's files are written, never while a program runs.
public final class CpuTuning {
    private static final System.Logger LOG = System.getLogger(CpuTuning.class.getName());

    /// Under the name that applications know from CRI-O.
    private static final String HOUSEKEEPING = "OPENSHIFT_HOUSEKEEPING_CPUS";

    private static final String ISOLATED = "OPENSHIFT_ISOLATED_CPUS";
    private static final String SHARED = "OPENSHIFT_SHARED_CPUS";

    private final Path records;
    private final Path mask;
    private final Path processors;
    private final Irqbalance irqbalance;
    private final PerformanceSettings settings;
    private final ReentrantLock lock = new ReentrantLock();

    /// @param records a folder for what was changed, until the next reboot
    /// @param proc where the kernel's /proc is
    /// @param sys where its /sys is
    public CpuTuning(Path records, Path proc, Path sys, PerformanceSettings settings) {
        this.records = records;
        this.mask = proc.resolve("irq/default_smp_affinity");
        this.processors = sys.resolve("devices/system/cpu");
        this.settings = settings;
        this.irqbalance = new Irqbalance(settings.irqbalance(), settings.programs());
    }

    /// What crio.conf says of it.
    public PerformanceSettings settings() {
        return settings;
    }

    /// What it finds in its environment of what it asked for.
    public List<KeyValue> variables(CpuWishes wishes) throws IOException {
        var variables = new ArrayList<KeyValue>();
        if (!wishes.shared().isEmpty()) {
            variables.add(variable(ISOLATED, wishes.cpus()));
            variables.add(variable(SHARED, wishes.shared()));
        }
        if (wishes.interrupts() == Interrupts.HOUSEKEEPING) {
            variables.add(variable(HOUSEKEEPING, wishes.cpus().and(siblings(wishes.cpus()))));
        }
        return variables;
    }

    private static KeyValue variable(String name, Cpus cpus) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(ByteString.copyFromUtf8(cpus.list()))
                .build();
    }

    /// Before the container's first process runs. When it fails [#end] takes back what was done.
    public void begin(ContainerId id, CpuWishes wishes, CpusetGroups groups) throws IOException, InterruptedException {
        var partition = new Partition(groups, wishes);
        partition.prepare();
        if (!wishes.withoutBalancing()
                && wishes.interrupts() == Interrupts.AS_THEY_ARE
                && wishes.latency().isEmpty()
                && wishes.governor().isEmpty()) {
            return;
        }
        lock.lockInterruptibly();
        try {
            change(id, wishes, partition);
        } finally {
            lock.unlock();
        }
        if (wishes.interrupts() != Interrupts.AS_THEY_ARE) {
            irqbalance.tell(this::banned);
        }
    }

    private void change(ContainerId id, CpuWishes wishes, Partition partition) throws IOException {
        var files = files(wishes);
        files.putAll(partition.files());
        var serving = wishes.interrupts() == Interrupts.AS_THEY_ARE ? Cpus.NONE : Cpus.ofMask(KernelFile.read(mask));
        var off = taken(wishes).and(serving.or(interruptsOfOthers(id)));
        Files.createDirectories(records);
        var added = partition.added();
        new TunedFiles(off, before(id, files.keySet()), added).write(record(id));
        partition.open(processors.resolve("online"));
        for (var list : added.entrySet()) {
            KernelFile.write(
                    list.getKey(), listed(list.getKey()).or(list.getValue()).list());
        }
        for (var file : files.entrySet()) {
            KernelFile.write(file.getKey(), file.getValue());
        }
        partition.check();
        if (!off.isEmpty()) {
            serve(serving.without(off));
        }
    }

    private static Cpus listed(Path file) throws IOException {
        return Cpus.ofList(KernelFile.read(file));
    }

    /// The processors that are to serve no interrupts.
    private Cpus taken(CpuWishes wishes) throws IOException {
        return switch (wishes.interrupts()) {
            case AS_THEY_ARE -> Cpus.NONE;
            case OTHERS -> wishes.cpus();
            case HOUSEKEEPING -> wishes.cpus().without(siblings(wishes.cpus()));
        };
    }

    private Cpus siblings(Cpus cpus) throws IOException {
        return Cpus.ofList(KernelFile.read(processor(cpus.lowest()).resolve("topology/thread_siblings_list")));
    }

    /// What is to be in which file.
    private Map<Path, String> files(CpuWishes wishes) throws IOException {
        var files = new LinkedHashMap<Path, String>();
        for (var cpu : wishes.cpus().numbers()) {
            var folder = processor(cpu);
            if (!wishes.latency().isEmpty()) {
                files.put(folder.resolve("power/pm_qos_resume_latency_us"), wishes.latency());
            }
            if (!wishes.governor().isEmpty()) {
                var there = KernelFile.read(folder.resolve("cpufreq/scaling_available_governors"));
                if (!Arrays.asList(there.split("\\s+")).contains(wishes.governor())) {
                    throw new IOException("processor " + cpu + " has no governor " + wishes.governor());
                }
                files.put(folder.resolve("cpufreq/scaling_governor"), wishes.governor());
            }
        }
        return files;
    }

    private Path processor(int cpu) {
        return processors.resolve("cpu" + cpu);
    }

    /// What another container has changed already has its own word for what was there before.
    private Map<Path, String> before(ContainerId id, Iterable<Path> files) throws IOException {
        var known = new LinkedHashMap<Path, String>();
        for (var other : others(id)) {
            known.putAll(other.before());
        }
        var before = new LinkedHashMap<Path, String>();
        for (var file : files) {
            var earlier = known.get(file);
            before.put(file, earlier == null ? KernelFile.read(file) : earlier);
        }
        return before;
    }

    private List<TunedFiles> others(ContainerId id) throws IOException {
        var others = new ArrayList<TunedFiles>();
        for (var other : ids()) {
            if (!other.equals(id)) {
                others.add(TunedFiles.read(record(other)));
            }
        }
        return others;
    }

    private Cpus interruptsOfOthers(ContainerId id) throws IOException {
        return others(id).stream().map(TunedFiles::interrupts).reduce(Cpus.NONE, Cpus::or);
    }

    /// Once nothing of the container runs, or its start has failed. Idempotent; what can't be put back is tried again
    /// at the daemon's next start.
    public void end(ContainerId id) throws InterruptedException {
        if (Files.notExists(record(id))) {
            return;
        }
        lock.lockInterruptibly();
        var tell = false;
        try {
            tell = putBack(id);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "what container " + id + " changed on the node is not put back", e);
        } finally {
            lock.unlock();
        }
        if (tell) {
            // Its end is told meanwhile.
            Thread.ofVirtual().name("irqbalance").start(this::tell);
        }
    }

    /// The group of any container that has ended, which is there until its removal: on cgroup v1 it would have the
    /// processors balanced that another container has by then.
    public void leaveOut(CpusetGroups groups) {
        if (groups.unified() || !groups.isThere()) {
            return;
        }
        try {
            Partition.stopBalancing(groups.own());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the processors of an ended container are still balanced", e);
        }
    }

    private void tell() {
        try {
            irqbalance.tell(this::banned);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return whether the mask has changed
    private boolean putBack(ContainerId id) throws IOException {
        var own = TunedFiles.read(record(id));
        var others = others(id);
        for (var file : own.before().entrySet()) {
            var isOthers = others.stream().anyMatch(other -> other.before().containsKey(file.getKey()));
            if (!isOthers && isStill(file.getKey())) {
                KernelFile.write(file.getKey(), file.getValue());
            }
        }
        takeOut(own, others);
        var back = own.interrupts().without(interruptsOfOthers(id));
        if (!back.isEmpty()) {
            serve(Cpus.ofMask(KernelFile.read(mask)).or(back));
        }
        Files.deleteIfExists(record(id));
        return !back.isEmpty();
    }

    /// From the lowest group, which holds what those above hand down.
    private static void takeOut(TunedFiles own, List<TunedFiles> others) throws IOException {
        for (var list : new ArrayList<>(own.added().entrySet()).reversed()) {
            var file = list.getKey();
            var back = list.getValue();
            for (var other : others) {
                back = back.without(other.added().getOrDefault(file, Cpus.NONE));
            }
            if (isStill(file)) {
                KernelFile.write(file, listed(file).without(back).list());
            }
        }
    }

    /// A control group may be gone with all that was changed in it.
    private static boolean isStill(Path file) {
        var folder = file.getParent();
        return folder != null && Files.exists(folder);
    }

    private void serve(Cpus cpus) throws IOException {
        KernelFile.write(mask, cpus.mask());
        irqbalance.ban(others(cpus));
    }

    private String banned() throws IOException {
        return others(Cpus.ofMask(KernelFile.read(mask)));
    }

    /// The mask of those that the node has, or may get.
    private String others(Cpus cpus) throws IOException {
        return Cpus.ofList(KernelFile.read(processors.resolve("possible")))
                .without(cpus)
                .mask();
    }

    /// At a start, once it is known what runs: puts back what ended meanwhile, and after a reboot the settings of
    /// irqbalance, which would else go on leaving processors alone.
    public void recover(Predicate<ContainerId> runs) throws InterruptedException {
        try {
            for (var id : ids()) {
                if (!runs.test(id)) {
                    end(id);
                }
            }
            restoreSettings();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the settings of irqbalance are not put back", e);
        }
    }

    private void restoreSettings() throws IOException, InterruptedException {
        if (settings.restore().isEmpty() || !irqbalance.hasSettings() || Files.notExists(mask)) {
            return;
        }
        if (!Cpus.ofMask(KernelFile.read(mask)).isAllUpToTheHighest()) {
            return; // containers of before a restart of the daemon
        }
        var file = settings.restore().get();
        if (Files.notExists(file)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, irqbalance.banned());
            return;
        }
        var first = KernelFile.read(file);
        if (!first.equals(irqbalance.banned())) {
            irqbalance.ban(first);
            irqbalance.tell(() -> first);
        }
    }

    private List<ContainerId> ids() throws IOException {
        if (Files.notExists(records)) {
            return List.of();
        }
        try (var files = Files.list(records)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(ContainerId::isOne)
                    .map(ContainerId::new)
                    .toList();
        }
    }

    private Path record(ContainerId id) {
        return records.resolve(id.value());
    }
}
