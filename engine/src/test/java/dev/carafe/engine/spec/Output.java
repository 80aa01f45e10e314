package dev.carafe.engine.spec;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a container's commands wrote, with lines like those of `/proc/self/status`: `Name: value`.
record Output(String text) {
    /// By the kernel's numbers (capabilities(7), linux/capability.h).
    private static final List<String> CAPABILITIES = List.of("""
            CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
            NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
            SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
            AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ
            PERFMON BPF CHECKPOINT_RESTORE""".split("\\s+"));

    /// Of the first line of that name, with single spaces.
    String field(String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip().replaceAll("\\s+", " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + text));
    }

    Set<String> capabilities(String field) {
        var mask = Long.parseUnsignedLong(field(field), 16);
        var names = new TreeSet<String>();
        for (var i = 0; i < CAPABILITIES.size(); i++) {
            if ((mask >>> i & 1) == 1) {
                names.add("CAP_" + CAPABILITIES.get(i));
            }
        }
        return names;
    }

    boolean has(String part) {
        return text.contains(part);
    }
}
