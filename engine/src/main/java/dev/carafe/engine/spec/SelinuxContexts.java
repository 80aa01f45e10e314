package dev.carafe.engine.spec;

import dev.carafe.linux.SelinuxLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The labels that the host's policy has for containers: those of container-selinux, or else of the policy itself
/// (selinux_lxc_contexts_path(3)). Both files have lines of `name = "label"`, and remarks after `#` or `;`.
///
/// @param process of a confined container's processes
/// @param init of those of one whose first process is an init, which may do more; where the policy has none, the
///     same
/// @param machine of a virtual machine that has containers in it; where the policy has none, as other processes
/// @param file of its files
record SelinuxContexts(SelinuxLabel process, SelinuxLabel init, SelinuxLabel machine, SelinuxLabel file) {
    /// The policy has none.
    static final SelinuxContexts NONE =
            new SelinuxContexts(SelinuxLabel.NONE, SelinuxLabel.NONE, SelinuxLabel.NONE, SelinuxLabel.NONE);

    private static final String OF_CONTAINERS = "usr/share/containers/selinux/contexts";
    private static final String CONFIGURATION = "etc/selinux/config";
    private static final String USUAL_POLICY = "targeted";
    private static final int MAXIMUM_BYTES = 64 * 1024;

    /// @param root the host's
    /// @throws IOException when a file is there and can't be understood
    static SelinuxContexts find(Path root) throws IOException {
        var policy = read(root.resolve(CONFIGURATION)).getOrDefault("SELINUXTYPE", USUAL_POLICY);
        if (!SelinuxLabel.isName(policy) || policy.startsWith(".")) {
            throw new IOException("/" + CONFIGURATION + ": SELINUXTYPE is no name: " + policy);
        }
        for (var file : List.of(OF_CONTAINERS, "etc/selinux/" + policy + "/contexts/lxc_contexts")) {
            var found = of(read(root.resolve(file)), file);
            if (!found.isNone()) {
                return found;
            }
        }
        return NONE;
    }

    private static SelinuxContexts of(Map<String, String> lines, String file) throws IOException {
        if (!lines.containsKey("process") || !lines.containsKey("file")) {
            return NONE;
        }
        try {
            var process = lines.getOrDefault("process", "");
            return new SelinuxContexts(
                    new SelinuxLabel(process),
                    new SelinuxLabel(lines.getOrDefault("init_process", process)),
                    new SelinuxLabel(lines.getOrDefault("kvm_process", process)),
                    new SelinuxLabel(lines.getOrDefault("file", "")));
        } catch (IllegalArgumentException e) {
            throw new IOException("/" + file + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, String> read(Path file) throws IOException {
        var lines = new HashMap<String, String>();
        if (!Files.exists(file)) {
            return lines;
        }
        for (var line : NodeFile.read(file, MAXIMUM_BYTES).lines().toList()) {
            var text = line.strip();
            var equals = text.indexOf('=');
            if (equals > 0 && !text.startsWith("#") && !text.startsWith(";")) {
                lines.put(
                        text.substring(0, equals).strip(),
                        text.substring(equals + 1).replace("\"", "").strip());
            }
        }
        return lines;
    }

    boolean isNone() {
        return process.isNone() || file.isNone();
    }

    /// Whether the policy keeps containers of one type apart by their levels.
    boolean haveLevels() {
        return !process.level().isEmpty();
    }
}
