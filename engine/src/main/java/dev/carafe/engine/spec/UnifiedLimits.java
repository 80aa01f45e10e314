package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.linux.CgroupController;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Files of the container's cgroup v2 group and what is written to them. Only limits: a file is one of a
/// controller's, and its name is no path.
final class UnifiedLimits {
    private static final String FIELD = "unified";
    private static final int MAXIMUM_ENTRIES = 256;
    private static final Pattern FILE = Pattern.compile("([a-z]{1,16})(\\.[a-zA-Z0-9_]{1,64}){1,4}");
    private static final Pattern VALUE = Pattern.compile("\\p{Print}{1,4096}");
    private static final Map<String, CgroupController> CONTROLLERS = Stream.of(
                    CgroupController.CPU,
                    CgroupController.CPUSET,
                    CgroupController.HUGETLB,
                    CgroupController.IO,
                    CgroupController.MEMORY,
                    CgroupController.PIDS)
            .collect(Collectors.toUnmodifiableMap(
                    controller -> controller.name().toLowerCase(Locale.ROOT), controller -> controller));

    private UnifiedLimits() {}

    static Map<String, String> of(LinuxContainerResources asked, Controllers controllers) {
        if (asked.getUnifiedCount() > MAXIMUM_ENTRIES) {
            throw ResourceLimits.invalid(FIELD, "more than " + MAXIMUM_ENTRIES);
        }
        var limits = new TreeMap<String, String>();
        asked.getUnifiedMap().forEach((file, value) -> {
            var controller = controller(file);
            if (!VALUE.matcher(value).matches()) {
                throw ResourceLimits.invalid(FIELD, "not a line of text for " + file);
            }
            if (canLimit(file, controller, controllers)) {
                limits.put(file, value);
            }
        });
        return limits;
    }

    private static CgroupController controller(String file) {
        var parts = FILE.matcher(file);
        var controller = parts.matches() ? CONTROLLERS.get(parts.group(1)) : null;
        if (controller == null) {
            throw ResourceLimits.invalid(FIELD, "not a file of a controller's such as memory.high: " + file);
        }
        return controller;
    }

    private static boolean canLimit(String file, CgroupController controller, Controllers controllers) {
        return controllers.canLimitUnified()
                && controllers.canLimit(controller)
                && (!file.startsWith("memory.swap.") || controllers.canLimitSwap());
    }
}
