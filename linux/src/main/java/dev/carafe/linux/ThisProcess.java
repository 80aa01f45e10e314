package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The daemon's own process: what it may do itself, and so grant to others.
public final class ThisProcess {
    /// capability.h; the index is the number.
    private static final List<String> CAPABILITIES = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "DAC_READ_SEARCH",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "LINUX_IMMUTABLE",
            "NET_BIND_SERVICE",
            "NET_BROADCAST",
            "NET_ADMIN",
            "NET_RAW",
            "IPC_LOCK",
            "IPC_OWNER",
            "SYS_MODULE",
            "SYS_RAWIO",
            "SYS_CHROOT",
            "SYS_PTRACE",
            "SYS_PACCT",
            "SYS_ADMIN",
            "SYS_BOOT",
            "SYS_NICE",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "MKNOD",
            "LEASE",
            "AUDIT_WRITE",
            "AUDIT_CONTROL",
            "SETFCAP",
            "MAC_OVERRIDE",
            "MAC_ADMIN",
            "SYSLOG",
            "WAKE_ALARM",
            "BLOCK_SUSPEND",
            "AUDIT_READ",
            "PERFMON",
            "BPF",
            "CHECKPOINT_RESTORE");

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path OOM_SCORE_ADJ = Path.of("/proc/self/oom_score_adj");
    private static final int LOWEST_OOM_SCORE_ADJ = -1000;

    /// `struct sigaction` of the kernel: zeroes ask for the default.
    private static final int SIGACTION_BYTES = 32;

    private static final int SIGNAL_SET_BYTES = 8;

    private ThisProcess() {}

    /// The signal does again what it does by default, also where who started the process had it ignored (sigaction(2)).
    ///
    /// @param signal one of [Signals]
    public static void restoreDefault(int signal) throws ErrnoException {
        try (var call = new Call()) {
            var byDefault = call.allocate(SIGACTION_BYTES).address();
            call.checked(Signals.name(signal), Syscall.RT_SIGACTION, signal, byDefault, 0, SIGNAL_SET_BYTES);
        }
    }

    public static int oomScoreAdj() throws IOException {
        return Integer.parseInt(Files.readString(OOM_SCORE_ADJ).strip());
    }

    /// The lowest value that this process may give to itself and to its children: without CAP_SYS_RESOURCE that is
    /// its own (proc_pid_oom_score_adj(5)).
    public static int minimumOomScoreAdj() throws IOException {
        return effectiveCapabilities().contains("CAP_SYS_RESOURCE") ? LOWEST_OOM_SCORE_ADJ : oomScoreAdj();
    }

    /// As `CAP_CHOWN`, in the kernel's order.
    public static Set<String> boundingCapabilities() throws IOException {
        return capabilities("CapBnd:");
    }

    /// As `CAP_CHOWN`, in the kernel's order.
    public static Set<String> effectiveCapabilities() throws IOException {
        return capabilities("CapEff:");
    }

    private static Set<String> capabilities(String field) throws IOException {
        try (var lines = Files.lines(STATUS)) {
            var mask = lines.filter(line -> line.startsWith(field))
                    .map(line -> Long.parseUnsignedLong(
                            line.substring(field.length()).strip(), 16))
                    .findFirst()
                    .orElseThrow(() -> new IOException(STATUS + " has no " + field));
            return names(mask);
        }
    }

    static Set<String> names(long mask) {
        var names = new LinkedHashSet<String>();
        for (var i = 0; i < CAPABILITIES.size(); i++) {
            if ((mask >>> i & 1) != 0) {
                names.add("CAP_" + CAPABILITIES.get(i));
            }
        }
        return names;
    }

    public static Rlimit rlimit(RlimitKind kind) throws ErrnoException {
        try (var call = new Call()) {
            var old = call.allocate(2L * Long.BYTES);
            call.checked(kind.name(), Syscall.PRLIMIT64, 0, kind.ordinal(), 0, old.address());
            return new Rlimit(old.get(Call.LONG, 0), old.get(Call.LONG, Long.BYTES));
        }
    }

    public static void rlimit(RlimitKind kind, Rlimit limit) throws ErrnoException {
        try (var call = new Call()) {
            var next = call.allocate(2L * Long.BYTES);
            next.set(Call.LONG, 0, limit.soft());
            next.set(Call.LONG, Long.BYTES, limit.hard());
            call.checked(kind.name(), Syscall.PRLIMIT64, 0, kind.ordinal(), next.address(), 0);
        }
    }
}
