package dev.carafe.network;

import java.net.InetAddress;
import java.util.Set;

/// A port of the node that leads to one of the pod.
///
/// @param protocol tcp, udp or sctp
/// @param hostIp the node's address to listen on; empty for all
public record PortMapping(String protocol, int containerPort, int hostPort, String hostIp) {
    /// Of plugins that take them.
    static final String CAPABILITY = "portMappings";

    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
    private static final int LAST_PORT = 65535;

    public PortMapping {
        if (!PROTOCOLS.contains(protocol)) {
            throw new IllegalArgumentException("a port's protocol is tcp, udp or sctp, not " + Quoted.of(protocol));
        }
        requirePort("container port", containerPort);
        requirePort("host port", hostPort);
        if (!hostIp.isEmpty()) {
            IpAddress.check(hostIp);
        }
    }

    private static void requirePort(String what, int port) {
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException("a " + what + " is 1 to " + LAST_PORT + ", not " + port);
        }
    }

    /// Whether one connection could be meant for both.
    boolean collidesWith(PortMapping other) {
        var isSameFamily = (isForIpv4() && other.isForIpv4()) || (isForIpv6() && other.isForIpv6());
        return hostPort == other.hostPort
                && protocol.equals(other.protocol)
                && isSameFamily
                && (isForAll() || other.isForAll() || sameHost(other));
    }

    private boolean sameHost(PortMapping other) {
        return InetAddress.ofLiteral(hostIp).equals(InetAddress.ofLiteral(other.hostIp));
    }

    /// Of all addresses of a family, or of both.
    boolean isForAll() {
        return hostIp.isEmpty() || InetAddress.ofLiteral(hostIp).isAnyLocalAddress();
    }

    boolean isForIpv4() {
        return hostIp.isEmpty() || IpAddress.isIpv4(hostIp);
    }

    boolean isForIpv6() {
        return hostIp.isEmpty() || !IpAddress.isIpv4(hostIp);
    }

    /// As people write it.
    String shown() {
        var host = hostIp.contains(":") ? "[" + hostIp + "]:" : hostIp.isEmpty() ? "" : hostIp + ":";
        return host + hostPort + "/" + protocol;
    }

    /// As the capability `portMappings` has it (CNI conventions).
    JsonObject toJson() {
        var json = JsonObject.EMPTY
                .with("hostPort", Json.Number.of(hostPort))
                .with("containerPort", Json.Number.of(containerPort))
                .with("protocol", protocol);
        return hostIp.isEmpty() ? json : json.with("hostIP", hostIp);
    }

    /// @throws IllegalArgumentException for values that no mapping has
    static PortMapping of(JsonObject json) throws JsonException {
        return new PortMapping(
                json.text("protocol"), json.integer("containerPort"), json.integer("hostPort"), json.text("hostIP"));
    }
}
