package dev.carafe.linux;

/// The kinds of namespaces of Linux, as the OCI runtime spec lists them.
public enum NamespaceKind {
    NETWORK("net", 0x40000000),
    IPC("ipc", 0x08000000),
    UTS("uts", 0x04000000),
    PID("pid", 0x20000000),
    USER("user", 0x10000000),
    MOUNT("mnt", 0x00020000),
    CGROUP("cgroup", 0x02000000);

    private final String procName;
    /// The CLONE_NEW* bit.
    final int cloneFlag;

    NamespaceKind(String procName, int cloneFlag) {
        this.procName = procName;
        this.cloneFlag = cloneFlag;
    }

    /// Its file under `/proc/PID/ns`.
    public String procName() {
        return procName;
    }
}
