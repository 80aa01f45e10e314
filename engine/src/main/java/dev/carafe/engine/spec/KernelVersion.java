package dev.carafe.engine.spec;

/// The release of the running kernel, by its first two numbers.
final class KernelVersion {
    private KernelVersion() {}

    /// @param version as `4.8`
    /// @throws IllegalArgumentException for another text
    static boolean isAtLeast(String version) {
        var wanted = numbers(version);
        var running = numbers(System.getProperty("os.version"));
        return running[0] > wanted[0] || (running[0] == wanted[0] && running[1] >= wanted[1]);
    }

    private static int[] numbers(String version) {
        var parts = version.split("[^0-9]+", 3);
        if (parts.length < 2 || parts[0].isEmpty() || parts[0].length() > 4 || !parts[1].matches("[0-9]{1,4}")) {
            throw new IllegalArgumentException("not a kernel version: " + version);
        }
        return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
    }
}
