package dev.carafe.storage;

/// What the name of a tar member means in a layer (OCI image spec, "Layer Filesystem Changeset", Whiteouts).
/// Paths are relative to the layer's root, without `.`, empty or `..` components; the root itself is the empty
/// path.
sealed interface LayerName {
    /// The layer's root directory.
    record Root() implements LayerName {}

    record File(String parent, String name) implements LayerName {}

    /// Hides the file of this name in the layers below.
    record Whiteout(String parent, String name) implements LayerName {}

    /// Hides what the directory holds in the layers below.
    record Opaque(String directory) implements LayerName {}

    /// Bookkeeping of aufs.
    record Ignored() implements LayerName {}

    String WHITEOUT_PREFIX = ".wh.";
    String META_PREFIX = ".wh..wh.";
    String OPAQUE = ".wh..wh..opq";
    int MAXIMUM_DEPTH = 1024;

    static LayerName parse(String raw) throws BadLayerException {
        var path = normalise(raw);
        if (path.isEmpty()) {
            return new Root();
        }
        var slash = path.lastIndexOf('/');
        var parent = slash < 0 ? "" : path.substring(0, slash);
        var name = path.substring(slash + 1);
        if ((path.startsWith(META_PREFIX) && slash >= 0) || parent.contains("/" + META_PREFIX)) {
            return new Ignored();
        }
        if (parent.startsWith(WHITEOUT_PREFIX) || parent.contains("/" + WHITEOUT_PREFIX)) {
            throw new BadLayerException("a whiteout can't hold files: " + raw);
        }
        if (!name.startsWith(WHITEOUT_PREFIX)) {
            return new File(parent, name);
        }
        if (name.equals(OPAQUE)) {
            return new Opaque(parent);
        }
        if (name.startsWith(META_PREFIX)) {
            return new Ignored();
        }
        var hidden = name.substring(WHITEOUT_PREFIX.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw new BadLayerException("a whiteout that hides nothing: " + raw);
        }
        return new Whiteout(parent, hidden);
    }

    /// Absolute names are taken from the layer's root, as all tools do; `..` has no honest use and is refused.
    static String normalise(String raw) throws BadLayerException {
        if (isNormal(raw)) {
            return raw;
        }
        var path = new StringBuilder(raw.length());
        var depth = 0;
        for (var from = 0; from <= raw.length(); ) {
            var slash = raw.indexOf('/', from);
            var to = slash < 0 ? raw.length() : slash;
            var component = raw.substring(from, to);
            if (component.equals("..")) {
                throw new BadLayerException("a name that leaves the layer: " + raw);
            }
            if (!component.isEmpty() && !component.equals(".")) {
                path.append(path.isEmpty() ? "" : "/").append(component);
                depth++;
            }
            from = to + 1;
        }
        if (depth > MAXIMUM_DEPTH) {
            throw new BadLayerException("a name deeper than " + MAXIMUM_DEPTH + " directories");
        }
        return path.toString();
    }

    /// The usual name, found without making a new one.
    private static boolean isNormal(String raw) {
        return !raw.isEmpty()
                && raw.charAt(0) != '/'
                && raw.charAt(0) != '.'
                && !raw.endsWith("/")
                && !raw.contains("//")
                && !raw.contains("/.")
                && raw.length() <= MAXIMUM_DEPTH;
    }
}
