package dev.carafe.trust;

import dev.carafe.oci.Reference;

/// An image's name as signatures and policies have it: fully expanded, and perhaps with neither tag nor digest.
///
/// @param name host and repository
/// @param tag empty without one
/// @param digest empty without one
record SignedName(String name, String tag, String digest) {
    /// Nobody can sign a tag that a digest overrules: where there is a digest, the tag is left out.
    static SignedName of(Reference reference) {
        return new SignedName(
                reference.name(), reference.digest().isEmpty() ? reference.tag() : "", reference.digest());
    }

    /// Unlike in a pull no tag is filled in.
    ///
    /// @throws IllegalArgumentException when it is no name
    static SignedName parse(String text) {
        var reference = Reference.parse(text);
        var hasTag = text.split("@", 2)[0].lastIndexOf(':') > text.split("@", 2)[0].lastIndexOf('/');
        return new SignedName(reference.name(), hasTag ? reference.tag() : "", reference.digest());
    }

    boolean isBare() {
        return tag.isEmpty() && digest.isEmpty();
    }

    @Override
    public String toString() {
        return name + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }
}
