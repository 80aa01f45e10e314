package dev.carafe.engine.spec;

/// What the node's configuration says of SELinux; the names are those of CRI-O's keys.
///
/// @param on `selinux`: containers are labelled, where the host has SELinux on
/// @param offInHostNetwork `hostnetwork_disable_selinux`: processes of pods in the host's network are not confined
public record SelinuxSettings(boolean on, boolean offInHostNetwork) {
    /// CRI-O's values where its configuration file says nothing.
    public static final SelinuxSettings CRIO = new SelinuxSettings(true, true);
}
