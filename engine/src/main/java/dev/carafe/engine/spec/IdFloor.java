package dev.carafe.engine.spec;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.Invalid;

/// The lowest ids of the host that pods in user namespaces may have; the names are those of CRI-O's keys.
///
/// @param user `minimum_mappable_uid`; -1: any
/// @param group `minimum_mappable_gid`; -1: any
public record IdFloor(long user, long group) {
    /// CRI-O's values where its configuration file says nothing.
    public static final IdFloor NONE = new IdFloor(-1, -1);

    /// @throws Invalid for a pod that would have a lower one
    public void require(PodSandboxConfig pod) {
        if (!UserIds.areOwn(pod)) {
            return;
        }
        var first = UserIds.of(pod).hostId();
        refuseBelow(user, first, "uids", "minimum_mappable_uid");
        refuseBelow(group, first, "gids", "minimum_mappable_gid");
    }

    private static void refuseBelow(long least, long first, String which, String key) {
        if (first < least) {
            throw new Invalid(NamespaceOptions.FIELD + ".userns_options." + which + ".host_id: " + first
                    + " is less than " + least + " (" + key + ")");
        }
    }
}
