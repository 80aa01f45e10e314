package dev.carafe.nri;

import dev.carafe.api.nri.ContainerAdjustment;

/// What plugins made of a container that is being created.
///
/// @param wishes about others
public record Adjusted(ContainerAdjustment adjustment, Wishes wishes) {}
