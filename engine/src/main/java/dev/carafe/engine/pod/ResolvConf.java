package dev.carafe.engine.pod;

import dev.carafe.cri.v1.DNSConfig;
import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A pod's resolv.conf (resolv.conf(5)): from the request's DNSConfig, or the host's own where it says nothing.
public final class ResolvConf {
    /// More is no configuration but an attack on memory.
    private static final int MOST_ENTRIES = 256;

    private final Path host;
    private final Path behindStub;

    /// @param host the host's file
    /// @param behindStub the file with the real servers where the host's names only systemd-resolved's stub,
    ///     which a pod can't reach
    ResolvConf(Path host, Path behindStub) {
        this.host = host;
        this.behindStub = behindStub;
    }

    public static ResolvConf ofThisHost() {
        return new ResolvConf(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));
    }

    String of(DNSConfig dns) throws IOException {
        if (dns.getServersCount() == 0 && dns.getSearchesCount() == 0 && dns.getOptionsCount() == 0) {
            return hosts();
        }
        var text = new StringBuilder();
        if (dns.getSearchesCount() > 0) {
            text.append("search ").append(words(dns.getSearchesList())).append('\n');
        }
        checked(dns.getServersList())
                .forEach(s -> text.append("nameserver ").append(s).append('\n'));
        if (dns.getOptionsCount() > 0) {
            text.append("options ").append(words(dns.getOptionsList())).append('\n');
        }
        return text.toString();
    }

    private String hosts() throws IOException {
        var text = Files.exists(host) ? Files.readString(host) : "";
        var servers = text.lines().filter(l -> l.startsWith("nameserver")).toList();
        var stub = !servers.isEmpty() && servers.stream().allMatch(l -> l.contains("127.0.0.53"));
        return stub && Files.exists(behindStub) ? Files.readString(behindStub) : text;
    }

    private static String words(List<String> words) {
        return String.join(" ", checked(words));
    }

    /// A line break in a word would add lines of the caller's choice.
    private static List<String> checked(List<String> words) {
        if (words.size() > MOST_ENTRIES) {
            throw new Invalid("DNSConfig has more than " + MOST_ENTRIES + " entries");
        }
        for (var word : words) {
            if (word.isEmpty() || word.chars().anyMatch(Character::isISOControl)) {
                throw new Invalid("DNSConfig has an empty entry or one with control characters");
            }
        }
        return words;
    }
}
