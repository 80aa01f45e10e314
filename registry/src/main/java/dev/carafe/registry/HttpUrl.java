package dev.carafe.registry;

import java.util.Locale;

/// An absolute http or https URL.
///
/// @param target path and query, as the request line has them
record HttpUrl(Origin origin, String target) {
    HttpUrl {
        if (!target.startsWith("/") || target.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("not a path: " + Shown.of(withoutQuery(target)));
        }
    }

    /// @throws IllegalArgumentException says what is wrong with it
    static HttpUrl parse(String text) {
        var url = withoutFragment(text);
        var scheme = url.substring(0, Math.max(0, url.indexOf("://"))).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "https" -> afterScheme(true, url.substring(scheme.length() + 3));
            case "http" -> afterScheme(false, url.substring(scheme.length() + 3));
            default -> throw new IllegalArgumentException("not a http or https URL: " + Shown.of(withoutQuery(url)));
        };
    }

    private static HttpUrl afterScheme(boolean isSecure, String rest) {
        var end = 0;
        while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
            end++;
        }
        var target = rest.substring(end);
        return new HttpUrl(Origin.of(isSecure, rest.substring(0, end)), target.startsWith("/") ? target : "/" + target);
    }

    /// What a Location header in the answer to this URL means (RFC 3986, section 5.2, without removing dot
    /// segments).
    ///
    /// @throws IllegalArgumentException says what is wrong with it
    HttpUrl resolve(String location) {
        var reference = withoutFragment(location);
        if (reference.startsWith("//")) {
            return afterScheme(origin.isSecure(), reference.substring(2));
        }
        if (reference.startsWith("/")) {
            return new HttpUrl(origin, reference);
        }
        if (withoutQuery(reference).contains(":")) {
            return parse(reference);
        }
        var path = withoutQuery(target);
        return new HttpUrl(
                origin,
                reference.startsWith("?")
                        ? path + reference
                        : path.substring(0, path.lastIndexOf('/') + 1) + reference);
    }

    /// The same with one more parameter in its query; both parts have to be encoded.
    HttpUrl with(String name, String value) {
        return new HttpUrl(origin, target + (target.contains("?") ? "&" : "?") + name + "=" + value);
    }

    private static String withoutFragment(String text) {
        var hash = text.indexOf('#');
        return hash < 0 ? text : text.substring(0, hash);
    }

    private static String withoutQuery(String text) {
        var mark = text.indexOf('?');
        return mark < 0 ? text : text.substring(0, mark);
    }

    /// Without the query: it may be a signature.
    @Override
    public String toString() {
        return origin + withoutQuery(target);
    }
}
