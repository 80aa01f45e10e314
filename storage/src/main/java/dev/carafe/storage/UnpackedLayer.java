package dev.carafe.storage;

/// What unpacking found.
///
/// @param rootNamed the tar has a member for the root directory itself
/// @param rootOpaque nothing of the layers below is to be seen
/// @param tarBytes of the tar, which can be made again; [TarRecipe#NONE] where it can't
record UnpackedLayer(LayerInfo info, Unsettled unsettled, boolean rootNamed, boolean rootOpaque, long tarBytes) {}
