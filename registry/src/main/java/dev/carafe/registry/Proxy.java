package dev.carafe.registry;

import io.netty.handler.proxy.HttpProxyHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// An HTTP proxy.
///
/// @param user with its password for the proxy itself; both empty without
record Proxy(Origin origin, String user, String password) {
    /// The value of its Proxy-Authorization header (RFC 7617); empty without a user.
    String authorization() {
        var pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return user.isEmpty() ? "" : "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /// What asks it for a way through to wherever the channel is told to connect.
    HttpProxyHandler tunnel(InetSocketAddress address) {
        return user.isEmpty() ? new HttpProxyHandler(address) : new HttpProxyHandler(address, user, password);
    }

    /// Without user and password.
    @Override
    public String toString() {
        return origin.toString();
    }
}
