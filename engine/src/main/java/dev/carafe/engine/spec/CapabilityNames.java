package dev.carafe.engine.spec;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// The capabilities of capabilities(7), written as the OCI runtime spec wants them.
final class CapabilityNames {
    private static final String PREFIX = "CAP_";
    private static final Set<String> KNOWN = Set.of("""
            AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE
            DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE
            MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG
            SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME
            SYS_TTY_CONFIG WAKE_ALARM""".split("\\s+"));

    private CapabilityNames() {}

    /// In upper case with `CAP_` before it.
    static String full(String name) {
        var upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith(PREFIX) ? upper : PREFIX + upper;
    }

    static boolean isKnown(String fullName) {
        return fullName.startsWith(PREFIX) && KNOWN.contains(fullName.substring(PREFIX.length()));
    }

    static Set<String> all() {
        var all = new TreeSet<String>();
        KNOWN.forEach(name -> all.add(PREFIX + name));
        return all;
    }
}
