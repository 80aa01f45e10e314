package dev.carafe.oci;

import java.util.Locale;
import java.util.regex.Pattern;

/// An image's name in a registry (distribution-spec; the grammar is that of docker's `reference` package): registry
/// host with an optional port, repository, tag and digest. A name without a host is Docker Hub's.
///
/// @param tag empty when a digest names the image alone
/// @param digest empty, or `algorithm:hex`
public record Reference(String registry, String repository, String tag, String digest) {
    /// The longest name that registries accept.
    private static final int LONGEST_NAME = 255;

    private static final String HUB = "docker.io";
    private static final String HUB_ALIAS = "index.docker.io";
    private static final String HUB_LIBRARY = "library/";
    private static final String DEFAULT_TAG = "latest";

    private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final Pattern HOST =
            Pattern.compile("(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]+])(?::[0-9]{1,5})?");
    private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern REPOSITORY = Pattern.compile(PART + "(?:/" + PART + ")*");
    private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
    private static final Pattern BARE_ID = Pattern.compile("[0-9a-f]{64}");

    public Reference {
        if (!HOST.matcher(registry).matches()) {
            throw new IllegalArgumentException("not a registry's host: " + Quoted.of(registry));
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            throw new IllegalArgumentException(
                    "not a repository's name (lower-case letters, digits, and . _ - between them): "
                            + Quoted.of(repository));
        }
        if (registry.length() + 1 + repository.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "a name may have " + LONGEST_NAME + " characters: " + Quoted.of(repository));
        }
        if (!tag.isEmpty() && !TAG.matcher(tag).matches()) {
            throw new IllegalArgumentException("not a tag: " + Quoted.of(tag));
        }
        if (!digest.isEmpty()) {
            Digest.parse(digest);
        }
        if (tag.isEmpty() && digest.isEmpty()) {
            throw new IllegalArgumentException("a reference needs a tag or a digest");
        }
    }

    /// Fills in what is left out: Docker Hub, its `library/`, the tag `latest`.
    ///
    /// @throws IllegalArgumentException says which part is wrong
    public static Reference parse(String text) {
        if (BARE_ID.matcher(text).matches()) {
            throw new IllegalArgumentException("64 hexadecimal digits are an image's id, not a name: " + text);
        }
        var at = text.indexOf('@');
        var digest = at < 0 ? "" : text.substring(at + 1);
        var named = at < 0 ? text : text.substring(0, at);
        var colon = named.lastIndexOf(':');
        var tagged = colon > named.lastIndexOf('/') && colon > named.lastIndexOf(']');
        var tag = tagged ? named.substring(colon + 1) : "";
        var name = tagged ? named.substring(0, colon) : named;
        if ((tagged && tag.isEmpty()) || (at >= 0 && digest.isEmpty())) {
            throw new IllegalArgumentException("a tag or a digest is missing: " + Quoted.of(text));
        }
        return of(name, tag.isEmpty() && digest.isEmpty() ? DEFAULT_TAG : tag, digest);
    }

    /// Whether the text names no registry, so that it is left to others which one is meant.
    public static boolean isShort(String text) {
        return hostOf(text).isEmpty();
    }

    /// The text up to its tag or digest.
    public static String withoutTagAndDigest(String text) {
        var at = text.indexOf('@');
        var named = at < 0 ? text : text.substring(0, at);
        var colon = named.lastIndexOf(':');
        return colon > named.lastIndexOf('/') ? named.substring(0, colon) : named;
    }

    /// As docker tells a host from a part of a name; empty without one.
    private static String hostOf(String name) {
        var slash = name.indexOf('/');
        var first = slash < 0 ? "" : name.substring(0, slash);
        var isHost = first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
        return isHost ? first : "";
    }

    private static Reference of(String name, String tag, String digest) {
        var named = hostOf(name);
        var host = named.isEmpty() ? HUB : named;
        var repository = named.isEmpty() ? name : name.substring(named.length() + 1);
        if (host.equals(HUB_ALIAS)) {
            host = HUB;
        }
        if (host.equals(HUB) && !repository.contains("/")) {
            repository = HUB_LIBRARY + repository;
        }
        return new Reference(host, repository, tag, digest);
    }

    /// Without tag and digest.
    public String name() {
        return registry + "/" + repository;
    }

    /// What the registry is asked for: the digest where there is one.
    public String tagOrDigest() {
        return digest.isEmpty() ? tag : digest;
    }

    @Override
    public String toString() {
        return name() + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }
}
