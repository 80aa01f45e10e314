package dev.carafe.registry;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A GET, or a POST of a form.
///
/// @param headers names in lower case
/// @param form what is posted, already encoded; empty for a GET
/// @param hasStrayed whether a redirect has led away from the origin that was asked first
/// @param site for whom it is
record Request(
        HttpUrl url, Map<String, String> headers, String form, Redirects redirects, boolean hasStrayed, Site site) {
    private static final String AUTHORIZATION = "authorization";
    private static final String USER_AGENT = "carafe";

    Request {
        headers = Map.copyOf(headers);
    }

    static Request get(Site site, HttpUrl url, Map<String, String> headers, Redirects redirects) {
        return new Request(url, headers, "", redirects, false, site);
    }

    static Request post(Site site, HttpUrl url, String form) {
        return new Request(url, Map.of("accept", "application/json"), form, Redirects.NOWHERE, false, site);
    }

    boolean isPost() {
        return !form.isEmpty();
    }

    Request authorized(String authorization) {
        var more = new HashMap<>(headers);
        more.put(AUTHORIZATION, authorization);
        return new Request(url, more, form, redirects, hasStrayed, site);
    }

    /// The same request to where a redirect leads. Its Authorization stays behind unless the origin is the same.
    Request at(HttpUrl other) {
        var kept = new HashMap<>(headers);
        var strays = !other.origin().equals(url.origin());
        if (strays) {
            kept.remove(AUTHORIZATION);
        }
        return new Request(other, kept, form, redirects, hasStrayed || strays, site);
    }

    /// Without headers and form: they hold secrets.
    @Override
    public String toString() {
        return (isPost() ? "POST " : "GET ") + url;
    }

    /// @param proxy that is told the whole URL, and its own credentials; none for a direct way
    FullHttpRequest encoded(Optional<Proxy> proxy) {
        var body = form.isEmpty() ? Unpooled.EMPTY_BUFFER : Unpooled.copiedBuffer(form, StandardCharsets.US_ASCII);
        var request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                isPost() ? HttpMethod.POST : HttpMethod.GET,
                proxy.isPresent() ? url.origin() + url.target() : url.target(),
                body);
        var encoded = request.headers();
        encoded.set(HttpHeaderNames.HOST, url.origin().authority());
        encoded.set(HttpHeaderNames.USER_AGENT, USER_AGENT);
        // What is hashed are the bytes as they are stored.
        encoded.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
        if (isPost()) {
            encoded.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_X_WWW_FORM_URLENCODED);
            encoded.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        headers.forEach(encoded::set);
        proxy.map(Proxy::authorization)
                .filter(authorization -> !authorization.isEmpty())
                .ifPresent(authorization -> encoded.set(HttpHeaderNames.PROXY_AUTHORIZATION, authorization));
        return request;
    }
}
