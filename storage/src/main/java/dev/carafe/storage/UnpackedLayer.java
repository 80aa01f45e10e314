package dev.carafe.storage;

/// What unpacking found.
///
/// @param rootNamed the tar has a member for the root directory itself
/// @param rootOpaque nothing of the layers below is to be seen
record UnpackedLayer(LayerInfo info, Unsettled unsettled, boolean rootNamed, boolean rootOpaque) {}
