package dev.carafe.system;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The packet filter's rules that plugins made for a network: their comments name it.
record PluginRules(String network) {
    private static final Pattern CHAIN = Pattern.compile("-[Aj] (CNI-(?:DN-)?[0-9a-f]{15,})");

    /// As arguments of iptables(8), words as a shell reads them.
    List<String> all() throws IOException, InterruptedException {
        return Programs.output("iptables-save", "-t", "nat")
                .lines()
                .filter(rule -> rule.startsWith("-A ") && rule.contains("\\\"" + network + "\\\""))
                .toList();
    }

    void remove() throws IOException, InterruptedException {
        var chains = new TreeSet<String>();
        for (var rule : all()) {
            Programs.output("sh", "-c", "iptables -w -t nat -D" + rule.substring("-A".length()));
            CHAIN.matcher(rule).results().forEach(found -> chains.add(found.group(1)));
        }
        for (var chain : chains) {
            Programs.output("iptables", "-w", "-t", "nat", "-X", chain);
        }
    }
}
