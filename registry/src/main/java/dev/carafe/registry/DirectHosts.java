package dev.carafe.registry;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The list NO_PROXY: `*` for all; addresses and networks (CIDR); domains, which stand for themselves and what is
/// below them, or with a leading dot or `*.` only for what is below; each but the first with a port where only
/// that is meant.
record DirectHosts(List<Entry> entries) {
    private static final int MOST_ENTRIES = 10_000;

    DirectHosts {
        entries = List.copyOf(entries);
    }

    sealed interface Entry {
        boolean contains(Origin origin, Optional<InetAddress> address);
    }

    record All() implements Entry {
        @Override
        public boolean contains(Origin origin, Optional<InetAddress> address) {
            return true;
        }
    }

    record Network(List<Byte> base, int bits) implements Entry {
        @Override
        public boolean contains(Origin origin, Optional<InetAddress> address) {
            return address.map(InetAddress::getAddress).filter(this::holds).isPresent();
        }

        private boolean holds(byte[] address) {
            if (address.length != base.size()) {
                return false;
            }
            for (var bit = 0; bit < bits; bit++) {
                var mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (base.get(bit / 8) & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /// @param port of every port when it is 0
    record Address(InetAddress address, int port) implements Entry {
        @Override
        public boolean contains(Origin origin, Optional<InetAddress> other) {
            return other.filter(address::equals).isPresent() && isPort(port, origin);
        }
    }

    /// @param domain without a leading dot
    record Domain(String domain, boolean itself, int port) implements Entry {
        @Override
        public boolean contains(Origin origin, Optional<InetAddress> address) {
            var host = origin.host();
            return (host.endsWith("." + domain) || (itself && host.equals(domain))) && isPort(port, origin);
        }
    }

    private static boolean isPort(int port, Origin origin) {
        return port == 0 || port == origin.port();
    }

    boolean contain(Origin origin) {
        var address = literal(origin.host());
        return entries.stream().anyMatch(entry -> entry.contains(origin, address));
    }

    /// Entries that are none are passed over, as by everyone who reads this list.
    static DirectHosts of(String list) {
        var entries = new ArrayList<Entry>();
        for (var word : list.split(",")) {
            if (entries.size() < MOST_ENTRIES) {
                entry(word.strip().toLowerCase(Locale.ROOT)).ifPresent(entries::add);
            }
        }
        return new DirectHosts(entries);
    }

    private static Optional<Entry> entry(String word) {
        if (word.equals("*")) {
            return Optional.of(new All());
        }
        if (word.contains("/")) {
            return network(word);
        }
        var colon = word.lastIndexOf(':');
        var hasPort = colon >= 0 && (word.indexOf(':') == colon || word.charAt(colon - 1) == ']');
        var port = hasPort ? number(word.substring(colon + 1)) : 0;
        var host = hasPort ? word.substring(0, colon) : word;
        var bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.isEmpty() || port < 0) {
            return Optional.empty();
        }
        var address = literal(bare);
        if (address.isPresent()) {
            return address.map(a -> new Address(a, port));
        }
        var stripped = bare.startsWith("*.") ? bare.substring(1) : bare;
        var itself = !stripped.startsWith(".");
        return Optional.of(new Domain(itself ? stripped : stripped.substring(1), itself, port));
    }

    private static Optional<Entry> network(String word) {
        var slash = word.indexOf('/');
        var address = literal(word.substring(0, slash));
        var bits = number(word.substring(slash + 1));
        if (address.isEmpty() || bits < 0 || bits > address.get().getAddress().length * 8) {
            return Optional.empty();
        }
        var base = new ArrayList<Byte>();
        for (var b : address.get().getAddress()) {
            base.add(b);
        }
        return Optional.of(new Network(List.copyOf(base), bits));
    }

    /// -1 for what is none.
    private static int number(String text) {
        return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException aName) {
            return Optional.empty();
        }
    }
}
