package dev.carafe.engine.pod;

import dev.carafe.cri.v1.DNSConfig;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.Protocol;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.engine.spec.Quantity;
import dev.carafe.network.PortMapping;
import dev.carafe.network.RuntimeArguments;
import dev.carafe.network.RuntimeArguments.Bandwidth;
import dev.carafe.network.RuntimeArguments.Dns;
import dev.carafe.network.RuntimeArguments.Wishes;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// What CNI plugins can ask of a pod.
final class PodArguments {
    /// In bits a second, as the kubelet's network plugins knew them.
    private static final String INGRESS = "kubernetes.io/ingress-bandwidth";

    private static final String EGRESS = "kubernetes.io/egress-bandwidth";

    /// Kubernetes' own limits (pkg/util/bandwidth).
    private static final BigDecimal LEAST = BigDecimal.valueOf(1_000);

    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000_000_000L);

    /// They choose what the plugins choose otherwise, so the pod's handler has to allow them.
    private static final String IPS = "network.carafe.dev/ips";

    private static final String MAC = "network.carafe.dev/mac";
    private static final String GUID = "network.carafe.dev/infiniband-guid";
    private static final String DEVICE = "network.carafe.dev/device-id";

    private PodArguments() {}

    /// @throws Invalid when an annotation is not what it should be
    static RuntimeArguments of(PodSandboxConfig pod, String cgroup, HandlerRules rules) {
        var annotations = pod.getAnnotationsMap();
        var ports = ports(pod);
        try {
            return new RuntimeArguments(
                    ports,
                    new Bandwidth(rate(annotations, INGRESS), rate(annotations, EGRESS)),
                    dns(pod.getDnsConfig()),
                    cgroup,
                    annotations,
                    wishes(annotations, rules));
        } catch (IllegalArgumentException e) {
            throw new Invalid("annotations: " + e.getMessage());
        }
    }

    /// A host port of 0 means none (crio.md, section 9).
    static List<PortMapping> ports(PodSandboxConfig pod) {
        return pod.getPortMappingsList().stream()
                .filter(p -> p.getHostPort() > 0)
                .map(p -> new PortMapping(
                        protocol(p.getProtocol()), p.getContainerPort(), p.getHostPort(), p.getHostIp()))
                .toList();
    }

    private static String protocol(Protocol protocol) {
        return protocol.name().toLowerCase(Locale.ROOT);
    }

    private static long rate(Map<String, String> annotations, String name) {
        var text = annotations.get(name);
        if (text == null) {
            return 0;
        }
        var bits = Quantity.parse(text)
                .orElseThrow(() -> new IllegalArgumentException(name + " is not a rate such as 10M"));
        if (bits.compareTo(LEAST) < 0 || bits.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(name + " is not from 1k to 1P");
        }
        return bits.longValue();
    }

    private static Dns dns(DNSConfig dns) {
        return new Dns(dns.getServersList(), dns.getSearchesList(), dns.getOptionsList());
    }

    private static Wishes wishes(Map<String, String> annotations, HandlerRules rules) {
        return new Wishes(
                Stream.of(allowed(annotations, rules, IPS).split(","))
                        .map(String::strip)
                        .filter(ip -> !ip.isEmpty())
                        .toList(),
                allowed(annotations, rules, MAC),
                allowed(annotations, rules, GUID),
                allowed(annotations, rules, DEVICE));
    }

    private static String allowed(Map<String, String> annotations, HandlerRules rules, String name) {
        return rules.allows(name) ? annotations.getOrDefault(name, "").strip() : "";
    }
}
