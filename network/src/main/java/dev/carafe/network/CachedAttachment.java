package dev.carafe.network;

/// What the cache knows of an attachment.
///
/// @param network as it was when the pod was attached
/// @param arguments what the plugins were told then, by capability
/// @param result empty when the ADD did not come to its end
record CachedAttachment(NetworkList network, JsonObject arguments, JsonObject result) {}
