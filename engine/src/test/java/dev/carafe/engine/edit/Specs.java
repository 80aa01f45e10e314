package dev.carafe.engine.edit;

import dev.carafe.oci.RuntimeSpec;
import java.util.List;
import java.util.Map;

/// Specs to be edited.
final class Specs {
    private Specs() {}

    static RuntimeSpec of(List<String> command, Map<String, String> annotations) {
        var process = new RuntimeSpec.Process(
                false,
                null,
                new RuntimeSpec.User(1000, 100, null, List.of(100L)),
                command,
                List.of("PATH=/bin", "A=of the pod"),
                "/",
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                null);
        var mounts = List.of(
                new RuntimeSpec.Mount("/proc", "proc", "proc", null, null, null),
                new RuntimeSpec.Mount("/etc/hosts", "bind", "/x", List.of("bind"), null, null));
        var linux = new RuntimeSpec.Linux(
                null, null, null, null, "/group", null, null, null, null, null, null, null, null, null, null);
        return new RuntimeSpec(
                "1.0.2", process, new RuntimeSpec.Root("/root", false), null, mounts, null, annotations, linux);
    }
}
