package dev.carafe.registry;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The proxies that the environment names, by the rules of Go's net/http, which the other parts of a node follow:
/// HTTP_PROXY, HTTPS_PROXY and NO_PROXY, each in capitals or else in small letters; never for this machine.
public final class Proxies {
    private static final Proxies NONE = new Proxies(Optional.empty(), Optional.empty(), DirectHosts.of(""));

    private final Optional<Proxy> forHttp;
    private final Optional<Proxy> forHttps;
    private final DirectHosts direct;

    private Proxies(Optional<Proxy> forHttp, Optional<Proxy> forHttps, DirectHosts direct) {
        this.forHttp = forHttp;
        this.forHttps = forHttps;
        this.direct = direct;
    }

    public static Proxies none() {
        return NONE;
    }

    /// @param environment of a process
    /// @throws IllegalArgumentException says which variable is wrong, and not what its secret is
    public static Proxies of(Map<String, String> environment) {
        return new Proxies(
                proxy(environment, "HTTP_PROXY", "http_proxy"),
                proxy(environment, "HTTPS_PROXY", "https_proxy"),
                DirectHosts.of(first(environment, "NO_PROXY", "no_proxy").value()));
    }

    private record Variable(String name, String value) {}

    private static Variable first(Map<String, String> environment, String... names) {
        for (var name : names) {
            var value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return new Variable(name, value);
            }
        }
        return new Variable("", "");
    }

    private static Optional<Proxy> proxy(Map<String, String> environment, String... names) {
        var variable = first(environment, names);
        try {
            return variable.value.isEmpty() ? Optional.empty() : Optional.of(parse(variable.value));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    variable.name + ": must be the URL of an HTTP proxy, [http[s]://][user:password@]host[:port]");
        }
    }

    private static Proxy parse(String url) {
        var scheme = url.contains("://") ? url.substring(0, url.indexOf("://")) : "http";
        var rest = url.contains("://") ? url.substring(url.indexOf("://") + 3) : url;
        var slash = rest.indexOf('/');
        var authority = slash < 0 ? rest : rest.substring(0, slash);
        var at = authority.lastIndexOf('@');
        var userInfo = at < 0 ? "" : authority.substring(0, at);
        var colon = userInfo.indexOf(':');
        var isSecure = switch (scheme.toLowerCase(java.util.Locale.ROOT)) {
            case "http" -> false;
            case "https" -> true;
            default -> throw new IllegalArgumentException("not an HTTP proxy");
        };
        return new Proxy(
                Origin.of(isSecure, authority.substring(at + 1)),
                decoded(colon < 0 ? userInfo : userInfo.substring(0, colon)),
                decoded(colon < 0 ? "" : userInfo.substring(colon + 1)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// The proxy that stands between; none for a direct way.
    Optional<Proxy> of(Origin origin) {
        var proxy = origin.isSecure() ? forHttps : forHttp;
        return proxy.isPresent() && !origin.isLoopback() && !direct.contain(origin) ? proxy : Optional.empty();
    }

    /// For the log: what is set, without users and passwords.
    public List<String> shown() {
        var shown = new ArrayList<String>();
        forHttp.ifPresent(proxy -> shown.add("http by " + proxy));
        forHttps.ifPresent(proxy -> shown.add("https by " + proxy));
        return shown;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Proxies that
                && forHttp.equals(that.forHttp)
                && forHttps.equals(that.forHttps)
                && direct.equals(that.direct);
    }

    @Override
    public int hashCode() {
        return forHttp.hashCode() + 31 * forHttps.hashCode();
    }

    @Override
    public String toString() {
        return shown().toString();
    }
}
