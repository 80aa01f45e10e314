package dev.carafe.network;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// An address of a pod's interface, or one of its network, and the length of the network's part of it.
record PodAddress(String address, int prefixLength) {
    /// @throws IllegalArgumentException when the text is not an address with a prefix length
    static PodAddress of(String text) {
        var address = IpAddress.ofPrefixed(text);
        return new PodAddress(address, Integer.parseInt(text.substring(text.indexOf('/') + 1)));
    }

    boolean isIpv4() {
        return IpAddress.isIpv4(address);
    }

    /// The network that it is in, as `10.1.0.0/16`: all that reach it without a router.
    String network() {
        var bytes = InetAddress.ofLiteral(address).getAddress();
        for (var bit = prefixLength; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/" + prefixLength;
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Whether it is a network's own, without any host's part.
    boolean isNetwork() {
        return InetAddress.ofLiteral(network().substring(0, network().indexOf('/')))
                .equals(InetAddress.ofLiteral(address));
    }
}
