package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Which kernel parameters a pod may set: those of its own network and IPC namespaces. Everything else is the
/// host's. Names come with dots or with slashes between their parts; the first separator decides, as sysctl(8) has
/// it.
public final class Sysctls {
    private static final System.Logger LOG = System.getLogger(Sysctls.class.getName());
    private static final int MAXIMUM_SYSCTLS = 256;
    private static final int MAXIMUM_NAME_LENGTH = 253;
    private static final int MAXIMUM_VALUE_LENGTH = 4096;
    private static final Pattern NAME = Pattern.compile("\\w([-\\w]*\\w)?([./]\\w([-\\w]*\\w)?)+");

    private Sysctls() {}

    /// @param podNetwork the pod has a network namespace of its own, as `podIpc` says of IPC
    /// @throws Invalid for a parameter that is not of these namespaces
    public static void validate(Map<String, String> sysctls, boolean podNetwork, boolean podIpc) {
        if (sysctls.size() > MAXIMUM_SYSCTLS) {
            throw new Invalid("linux.sysctls: more than " + MAXIMUM_SYSCTLS);
        }
        sysctls.forEach((name, value) -> {
            var refusal = refusal(name, value, podNetwork, podIpc);
            if (!refusal.isEmpty()) {
                throw new Invalid("linux.sysctls: " + name + ": " + refusal);
            }
        });
    }

    /// What to set in a pod's namespaces, names with dots: `default_sysctls`, and over them what the pod asks for.
    /// A default that doesn't fit the pod is skipped with a warning.
    ///
    /// @throws Invalid as [#validate]
    public static Map<String, String> forPod(
            Map<String, String> defaults, Map<String, String> requested, boolean podNetwork, boolean podIpc) {
        validate(requested, podNetwork, podIpc);
        var result = new TreeMap<String, String>();
        defaults.forEach((name, value) -> {
            var refusal = refusal(name, value, podNetwork, podIpc);
            if (refusal.isEmpty()) {
                result.put(dotted(name), value);
            } else {
                LOG.log(Level.WARNING, "default_sysctls: skipped for this pod sysctl={0} why={1}", name, refusal);
            }
        });
        requested.forEach((name, value) -> result.put(dotted(name), value));
        return result;
    }

    private static String refusal(String name, String value, boolean podNetwork, boolean podIpc) {
        if (name.length() > MAXIMUM_NAME_LENGTH || !NAME.matcher(name).matches()) {
            return "not the name of a kernel parameter";
        }
        if (value.length() > MAXIMUM_VALUE_LENGTH || value.indexOf('\0') >= 0) {
            return "the value is too long or holds a NUL";
        }
        var dotted = dotted(name);
        if (dotted.startsWith("net.")) {
            return podNetwork ? "" : "the pod uses the host's network, whose parameters a pod can't change";
        }
        if (isOfIpc(dotted)) {
            return podIpc ? "" : "the pod uses the host's IPC, whose parameters a pod can't change";
        }
        return "not namespaced: it would change the host";
    }

    private static boolean isOfIpc(String dotted) {
        return dotted.equals("kernel.sem")
                || dotted.startsWith("kernel.shm")
                || dotted.startsWith("kernel.msg")
                || dotted.startsWith("fs.mqueue.");
    }

    /// With slashes first, a dot belongs to a part's name and is written as a slash in the form with dots.
    private static String dotted(String name) {
        var slash = name.indexOf('/');
        var dot = name.indexOf('.');
        if (slash < 0 || (dot >= 0 && dot < slash)) {
            return name;
        }
        var swapped = new StringBuilder(name);
        for (var i = 0; i < name.length(); i++) {
            swapped.setCharAt(
                    i,
                    switch (name.charAt(i)) {
                        case '/' -> '.';
                        case '.' -> '/';
                        default -> name.charAt(i);
                    });
        }
        return swapped.toString();
    }
}
