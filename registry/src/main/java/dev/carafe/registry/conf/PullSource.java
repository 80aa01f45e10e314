package dev.carafe.registry.conf;

import dev.carafe.oci.Reference;

/// A place that is asked for an image.
///
/// @param reference the image's name there
/// @param insecure whether its certificate is not checked, and plain HTTP will do
/// @param blocked whether it must not be asked after all; it then is there for the message
public record PullSource(Reference reference, boolean insecure, boolean blocked) {
    /// What is asked where nothing is configured.
    public static PullSource of(Reference reference) {
        return new PullSource(reference, false, false);
    }
}
