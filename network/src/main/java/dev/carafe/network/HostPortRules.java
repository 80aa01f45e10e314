package dev.carafe.network;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.CRC32;

/// The nftables table that leads host ports to their pods, as a script that puts it in the place of the one
/// before in one step.
final class HostPortRules {
    /// Names, of which the kernel keeps 128 bytes.
    private static final int LONGEST_COMMENT = 100;

    private static final Map<String, Integer> PROTOCOLS = Map.of("tcp", 6, "udp", 17, "sctp", 132);

    private final String table;

    /// @param table its name
    HostPortRules(String table) {
        this.table = table;
    }

    /// One for each folder of state, since two daemons on one node must not take each other's.
    static HostPortRules of(Path state) {
        var hash = new CRC32();
        hash.update(state.toString().getBytes(StandardCharsets.UTF_8));
        return new HostPortRules("carafe_host_ports_%08x".formatted(hash.getValue()));
    }

    String name() {
        return table;
    }

    /// Without ports there is no table.
    String script(Collection<OpenPorts> open) {
        var header = "table inet " + table + "\ndelete table inet " + table + "\n";
        return open.isEmpty() ? header : header + "table inet " + table + " {\n" + body(open) + "}\n";
    }

    private static String body(Collection<OpenPorts> open) {
        var text = new StringBuilder();
        for (var family : Family.values()) {
            text.append(family.map("one", family.type + " . inet_proto . inet_service", ways(open, family, false)));
            text.append(family.map("all", "inet_proto . inet_service", ways(open, family, true)));
        }
        text.append(guard(open));
        text.append("chain translate {\n");
        for (var family : Family.values()) {
            text.append(
                    "dnat %1$s to %1$s daddr . meta l4proto . th dport map @one%2$s\n".formatted(family.word, family));
            text.append("dnat %1$s to meta l4proto . th dport map @all%2$s\n".formatted(family.word, family));
        }
        // Numbers, since older nft know "dstnat" for prerouting alone.
        text.append("""
                }
                chain arriving {
                type nat hook prerouting priority -100
                fib daddr type local jump translate
                }
                chain own {
                type nat hook output priority -100
                fib daddr type local jump translate
                }
                chain leaving {
                type nat hook postrouting priority 100
                """);
        open.forEach(ports -> ports.ways().forEach(way -> text.append(hiding(way, ports.pod()))));
        return text.append("}\n").toString();
    }

    private enum Family {
        IPV4("ip", "ipv4_addr"),
        IPV6("ip6", "ipv6_addr");

        private final String word;
        private final String type;

        Family(String word, String type) {
            this.word = word;
            this.type = type;
        }

        private static Family of(PodAddress address) {
            return address.isIpv4() ? IPV4 : IPV6;
        }

        private String map(String name, String key, List<String> elements) {
            return "map " + name + this + " {\ntype " + key + " : " + type + " . inet_service\n"
                    + (elements.isEmpty() ? "" : "elements = {\n" + String.join(",\n", elements) + "\n}\n") + "}\n";
        }
    }

    private static List<String> ways(Collection<OpenPorts> open, Family family, boolean forAll) {
        var elements = new ArrayList<String>();
        for (var ports : open) {
            for (var way : ports.ways()) {
                var mapping = way.mapping();
                if (Family.of(way.pod()) == family && mapping.isForAll() == forAll) {
                    elements.add("%s%d . %d comment %s : %s . %d"
                            .formatted(
                                    forAll ? "" : plain(mapping.hostIp()) + " . ",
                                    PROTOCOLS.get(mapping.protocol()),
                                    mapping.hostPort(),
                                    comment(ports.pod()),
                                    plain(way.pod().address()),
                                    mapping.containerPort()));
                }
            }
        }
        return elements;
    }

    /// Pods could not answer what comes from 127.0.0.1, nor would the answers to neighbours, and to themselves,
    /// pass here: so to them such connections come from the node.
    private static String hiding(OpenPorts.Way way, String pod) {
        var mapping = way.mapping();
        var address = way.pod();
        var sources = (address.isIpv4() ? "127.0.0.0/8, " : "") + address.network();
        return "%s daddr %s %s dport %d ct original proto-dst %d %s saddr { %s } masquerade comment %s\n"
                .formatted(
                        Family.of(address).word,
                        plain(address.address()),
                        mapping.protocol(),
                        mapping.containerPort(),
                        mapping.hostPort(),
                        Family.of(address).word,
                        sources,
                        comment(pod));
    }

    /// Where the node's loopback may be routed to pods, it must not be reached from there (CVE-2020-8558).
    private static String guard(Collection<OpenPorts> open) {
        var devices = new TreeSet<String>();
        open.forEach(ports -> devices.addAll(ports.localDevices()));
        return devices.isEmpty()
                ? ""
                : "chain guard {\ntype filter hook prerouting priority -300\niifname { \""
                        + String.join("\", \"", devices)
                        + "\" } ip daddr 127.0.0.0/8 drop\n}\n";
    }

    /// In the words of the family that Java takes it for.
    private static String plain(String address) {
        return InetAddress.ofLiteral(address).getHostAddress();
    }

    /// Whatever a pod is called, it stays a comment.
    private static String comment(String pod) {
        var plain = pod.replaceAll("[^A-Za-z0-9/._-]", "_");
        return '"' + plain.substring(0, Math.min(plain.length(), LONGEST_COMMENT)) + '"';
    }
}
