package dev.carafe.runtime;

/// Fields of a container's configuration that not all runtimes in use know; those leave them out in silence.
public enum SpecField {
    INTEL_RDT("linux.intelRdt"),
    RDT_SCHEMATA("linux.intelRdt.schemata"),
    RDT_MONITORING("linux.intelRdt.enableMonitoring"),
    NET_DEVICES("linux.netDevices"),
    MEMORY_POLICY("linux.memoryPolicy"),
    IO_PRIORITY("process.ioPriority"),
    SCHEDULER("process.scheduler");

    private final String path;

    SpecField(String path) {
        this.path = path;
    }

    /// In `config.json`.
    @Override
    public String toString() {
        return path;
    }
}
