package dev.carafe.engine.image;

/// How a pull is getting on.
///
/// @param image as the request spelled it
/// @param totalBytes to fetch in all, compressed; 0 until the manifest is known
public record PullProgress(String image, long totalBytes, long fetchedBytes, int totalLayers, int finishedLayers) {}
