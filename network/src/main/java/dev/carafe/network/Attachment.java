package dev.carafe.network;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// A pod's end of its attachment to the network. Detaching takes the values that attaching took.
///
/// @param containerId what plugins know the pod by; a pod's id, new for each pod
/// @param namespace the file at which the pod's network namespace is pinned
/// @param podName like the namespace and the uid, what Kubernetes calls it; plugins look it up there
/// @param arguments what plugins can ask of it
public record Attachment(
        String containerId,
        Path namespace,
        String podNamespace,
        String podName,
        String podUid,
        RuntimeArguments arguments) {
    /// CNI specification, section 2; the bound keeps file names within what file systems take.
    private static final Pattern CONTAINER_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    private static final int LONGEST_NAME = 253;

    /// @throws IllegalArgumentException when a name could change the meaning of the arguments that plugins get
    public Attachment {
        if (!CONTAINER_ID.matcher(containerId).matches()) {
            throw new IllegalArgumentException("CNI takes no such container id: " + Quoted.of(containerId));
        }
        if (!namespace.isAbsolute()) {
            throw new IllegalArgumentException("the network namespace needs an absolute path: " + namespace);
        }
        requirePlain("namespace", podNamespace);
        requirePlain("name", podName);
        requirePlain("uid", podUid);
    }

    /// CNI_ARGS has no escape: `;` would begin another argument.
    private static void requirePlain(String what, String value) {
        if (value.length() > LONGEST_NAME
                || value.chars().anyMatch(c -> c == ';' || c == '=' || Character.isISOControl(c))) {
            throw new IllegalArgumentException("a pod's " + what + " can't be " + Quoted.of(value));
        }
    }

    List<PortMapping> ports() {
        return arguments.ports();
    }

    /// As people call it.
    String pod() {
        return podNamespace + "/" + podName;
    }
}
