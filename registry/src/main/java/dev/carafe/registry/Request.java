package dev.carafe.registry;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A GET, or a POST of a form.
///
/// @param headers names in lower case
/// @param content what is asked for
/// @param form what is posted, already encoded; empty for a GET
/// @param hasStrayed whether a redirect has led away from the origin that was asked first
/// @param site for whom it is
record Request(HttpUrl url, Map<String, String> headers, String form, Content content, boolean hasStrayed, Site site) {
    private static final String AUTHORIZATION = "authorization";
    private static final String USER_AGENT = "carafe";

    Request {
        headers = Map.copyOf(headers);
    }

    static Request get(Site site, HttpUrl url, Map<String, String> headers, Content content) {
        return new Request(url, headers, "", content, false, site);
    }

    static Request post(Site site, HttpUrl url, String form) {
        return new Request(url, Map.of("accept", "application/json"), form, Content.SECRET, false, site);
    }

    boolean isPost() {
        return !form.isEmpty();
    }

    Request authorized(String authorization) {
        var more = new HashMap<>(headers);
        more.put(AUTHORIZATION, authorization);
        return new Request(url, more, form, content, hasStrayed, site);
    }

    /// The same request to who is expected to answer with a redirect.
    Request withoutLayer() {
        return new Request(url, headers, form, Content.CHECKED, hasStrayed, site);
    }

    /// The same request to where a redirect leads. Its Authorization stays behind unless the origin is the same.
    Request at(HttpUrl other) {
        var kept = new HashMap<>(headers);
        var strays = !other.origin().equals(url.origin());
        if (strays) {
            kept.remove(AUTHORIZATION);
        }
        return new Request(other, kept, form, content, hasStrayed || strays, site);
    }

    /// Without headers and form: they hold secrets.
    @Override
    public String toString() {
        return (isPost() ? "POST " : "GET ") + url;
    }

    ByteBuf body() {
        return form.isEmpty() ? Unpooled.EMPTY_BUFFER : Unpooled.copiedBuffer(form, StandardCharsets.US_ASCII);
    }

    /// In the form of HTTP/1.1.
    ///
    /// @param proxy that is told the whole URL, and its own credentials; none for a direct way
    FullHttpRequest encoded(Optional<Proxy> proxy) {
        var request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, method(), proxy.isPresent() ? url.origin() + url.target() : url.target(), body());
        var encoded = request.headers();
        encoded.set(HttpHeaderNames.HOST, url.origin().authority());
        fields().forEach(encoded::set);
        proxy.map(Proxy::authorization)
                .filter(authorization -> !authorization.isEmpty())
                .ifPresent(authorization -> encoded.set(HttpHeaderNames.PROXY_AUTHORIZATION, authorization));
        return request;
    }

    /// In the form of HTTP/2 (RFC 9113, section 8.3.1); its body follows.
    Http2Headers http2Headers() {
        var encoded = new DefaultHttp2Headers()
                .method(method().asciiName())
                .scheme("https")
                .authority(url.origin().authority())
                .path(url.target());
        fields().forEach(encoded::set);
        return encoded;
    }

    private HttpMethod method() {
        return isPost() ? HttpMethod.POST : HttpMethod.GET;
    }

    private Map<String, String> fields() {
        var fields = new HashMap<>(headers);
        fields.put(HttpHeaderNames.USER_AGENT.toString(), USER_AGENT);
        // What is hashed are the bytes as they are stored.
        fields.put(HttpHeaderNames.ACCEPT_ENCODING.toString(), "identity");
        if (isPost()) {
            fields.put(HttpHeaderNames.CONTENT_TYPE.toString(), "application/x-www-form-urlencoded");
            fields.put(HttpHeaderNames.CONTENT_LENGTH.toString(), Integer.toString(form.length()));
        }
        return fields;
    }
}
