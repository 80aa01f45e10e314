package dev.carafe.registry;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/// Scheme, host and port (RFC 6454): what a connection leads to, and beyond which no Authorization header goes.
///
/// @param host a name in lower case, or an address without brackets
record Origin(boolean isSecure, String host, int port) {
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:([a-zA-Z0-9._-]{1,253})|\\[([a-fA-F0-9:.]{2,45})])(?::([0-9]{1,5}))?");
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;
    private static final int HIGHEST_PORT = 65535;

    /// @param authority `host`, `host:port`, or either with an IPv6 address in brackets
    /// @throws IllegalArgumentException when it is something else
    static Origin of(boolean isSecure, String authority) {
        var parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a host: " + Shown.of(authority));
        }
        var host = parts.group(1) != null ? parts.group(1) : parts.group(2);
        var port = parts.group(3) != null ? Integer.parseInt(parts.group(3)) : defaultPort(isSecure);
        if (port == 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("not a port: " + Shown.of(authority));
        }
        return new Origin(isSecure, host.toLowerCase(Locale.ROOT), port);
    }

    private static int defaultPort(boolean isSecure) {
        return isSecure ? HTTPS_PORT : HTTP_PORT;
    }

    /// Whether only this machine can answer there.
    boolean isLoopback() {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException aName) {
            return false;
        }
    }

    /// Whether the text, with its port unless that is the scheme's own, stands for it.
    boolean isNamed(String text) {
        return text.equals(authority()) || text.equals(hostAndPort());
    }

    String hostAndPort() {
        return bracketed() + ":" + port;
    }

    private String bracketed() {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /// As the Host header and a URL have it: the port only where it is not the scheme's own.
    String authority() {
        return port == defaultPort(isSecure) ? bracketed() : hostAndPort();
    }

    @Override
    public String toString() {
        return (isSecure ? "https://" : "http://") + authority();
    }
}
