package dev.carafe.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// What every call about an attachment tells plugins, beside the network's own configuration.
final class AttachmentArguments {
    /// The pod's interface. Kubernetes knows one.
    static final String INTERFACE = "eth0";

    static final String POD_NAMESPACE = "K8S_POD_NAMESPACE";
    static final String POD_NAME = "K8S_POD_NAME";
    static final String POD_UID = "K8S_POD_UID";

    private AttachmentArguments() {}

    /// The arguments by which Kubernetes' plugins find the pod. Plugins that know none of them are told to pass over.
    static Map<String, String> generic(Attachment attachment) {
        var arguments = new LinkedHashMap<String, String>();
        arguments.put("IgnoreUnknown", "1");
        arguments.put(POD_NAMESPACE, attachment.podNamespace());
        arguments.put(POD_NAME, attachment.podName());
        arguments.put("K8S_POD_INFRA_CONTAINER_ID", attachment.containerId());
        arguments.put(POD_UID, attachment.podUid());
        return arguments;
    }

    /// The environment of a call (section 2, "Parameters").
    ///
    /// @param namespace empty when it is gone
    static Map<String, String> parameters(String command, Attachment attachment, String namespace) {
        return Map.of(
                "CNI_COMMAND",
                command,
                "CNI_CONTAINERID",
                attachment.containerId(),
                "CNI_NETNS",
                namespace,
                "CNI_IFNAME",
                INTERFACE,
                "CNI_ARGS",
                generic(attachment).entrySet().stream()
                        .map(argument -> argument.getKey() + '=' + argument.getValue())
                        .collect(Collectors.joining(";")));
    }
}
