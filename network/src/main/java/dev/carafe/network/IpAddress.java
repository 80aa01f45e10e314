package dev.carafe.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/// Literal addresses, as strict as Go reads them: four decimal parts, no zone, no brackets. No name is ever looked
/// up.
final class IpAddress {
    private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    private IpAddress() {}

    /// @throws IllegalArgumentException when it is none
    static void check(String address) {
        if (!IPV4.matcher(address).matches() && !IPV6.matcher(address).matches()) {
            throw new IllegalArgumentException("not an IP address: " + Quoted.of(address));
        }
        var _ = InetAddress.ofLiteral(address);
    }

    static boolean isIpv4(String address) {
        return InetAddress.ofLiteral(address) instanceof Inet4Address;
    }

    /// The address of one with a prefix length, as `10.1.0.5/16`.
    ///
    /// @throws IllegalArgumentException when it is none
    static String ofPrefixed(String text) {
        var slash = text.indexOf('/');
        if (slash < 0 || !LENGTH.matcher(text.substring(slash + 1)).matches()) {
            throw new IllegalArgumentException("not an IP address with a prefix length: " + Quoted.of(text));
        }
        var address = text.substring(0, slash);
        check(address);
        if (Integer.parseInt(text.substring(slash + 1)) > (address.contains(":") ? IPV6_BITS : IPV4_BITS)) {
            throw new IllegalArgumentException("the prefix is longer than the address: " + Quoted.of(text));
        }
        return address;
    }
}
