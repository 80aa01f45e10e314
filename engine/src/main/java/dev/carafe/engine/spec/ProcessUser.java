package dev.carafe.engine.spec;

import dev.carafe.cri.v1.Int64Value;
import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.cri.v1.LinuxContainerUser;
import dev.carafe.engine.Invalid;
import dev.carafe.linux.IdRange;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who the container's first process is.
///
/// @param groups all its groups, the primary one first
record ProcessUser(int uid, int gid, List<Integer> groups) {
    private static final String FIELD = "linux.security_context.";
    /// Of the kernel (NGROUPS_MAX).
    private static final int MAXIMUM_GROUPS = 65536;

    ProcessUser {
        groups = List.copyOf(groups);
    }

    /// The request's user, or else the image's, or else root; groups from the image's files and the request.
    static ProcessUser of(SpecRequest request) throws IOException {
        return of(request.security(), request.image().config().user(), Accounts.read(request.rootfs()));
    }

    static ProcessUser of(LinuxContainerSecurityContext security, String imageUser, Accounts accounts) {
        var login = login(security, imageUser, accounts);
        var gid = security.hasRunAsGroup() ? id(security.getRunAsGroup(), "run_as_group") : login.gid();
        var groups = new LinkedHashSet<Integer>();
        groups.add(gid);
        switch (security.getSupplementalGroupsPolicy()) {
            case Merge -> groups.addAll(login.groups());
            case Strict -> {}
            case UNRECOGNIZED ->
                throw new Invalid(FIELD + "supplemental_groups_policy: a policy that the CRI does not have");
        }
        for (var group : security.getSupplementalGroupsList()) {
            groups.add(id(group, "supplemental_groups"));
        }
        if (groups.size() > MAXIMUM_GROUPS) {
            throw new Invalid(FIELD + "supplemental_groups: more than " + MAXIMUM_GROUPS);
        }
        return new ProcessUser(login.uid(), gid, List.copyOf(groups));
    }

    /// @throws Invalid when one of its ids is none of the pod's
    void requireAmong(IdRange ids) {
        try {
            ids.toHost(uid);
            groups.forEach(ids::toHost);
        } catch (IllegalArgumentException e) {
            throw new Invalid("the container's user: " + e.getMessage());
        }
    }

    /// The primary group stands among the additional ones too, so that a program that drops it is still in it: else
    /// a file could deny a group what it gives to others, and the program would come around that (CVE-2022-2995).
    RuntimeSpec.User forSpec(@Nullable Integer umask) {
        return new RuntimeSpec.User(
                uid, gid, umask, groups.stream().map(Integer::longValue).toList());
    }

    LinuxContainerUser forStatus() {
        var status = LinuxContainerUser.newBuilder().setUid(uid).setGid(gid);
        groups.forEach(group -> status.addSupplementalGroups(group));
        return status.build();
    }

    /// As the image alone has it.
    private record Login(int uid, int gid, List<Integer> groups) {
        static Login of(Accounts.User user, Accounts accounts) {
            return new Login(user.uid(), user.gid(), accounts.groupsOf(user.name()));
        }
    }

    private static Login login(LinuxContainerSecurityContext security, String imageUser, Accounts accounts) {
        if (security.hasRunAsUser()) {
            return numbered(id(security.getRunAsUser(), "run_as_user"), accounts);
        }
        var name = security.getRunAsUsername();
        if (!name.isEmpty()) {
            var user = accounts.named(name)
                    .orElseThrow(
                            () -> new Invalid(FIELD + "run_as_username: the image's /etc/passwd has no user " + name));
            return Login.of(user, accounts);
        }
        return ofImage(imageUser, accounts);
    }

    /// A user whom the image does not know has root's group, as the peers have it.
    private static Login numbered(int uid, Accounts accounts) {
        return accounts.numbered(uid)
                .map(user -> Login.of(user, accounts))
                .orElseGet(() -> new Login(uid, 0, List.of()));
    }

    /// `user[:group]`, each a name or a number (image-spec, config.md). With a group only that group counts.
    private static Login ofImage(String imageUser, Accounts accounts) {
        if (imageUser.isEmpty()) {
            return numbered(0, accounts);
        }
        var colon = imageUser.indexOf(':');
        var name = colon < 0 ? imageUser : imageUser.substring(0, colon);
        var login = byNameOrNumber(name.isEmpty() ? "0" : name, accounts);
        var group = colon < 0 ? "" : imageUser.substring(colon + 1);
        return group.isEmpty() ? login : new Login(login.uid(), gid(group, accounts), List.of());
    }

    private static Login byNameOrNumber(String name, Accounts accounts) {
        var named = accounts.named(name);
        if (named.isPresent()) {
            return Login.of(named.get(), accounts);
        }
        var uid = Accounts.id(name)
                .orElseThrow(() -> new Invalid("the image's user " + name + " is not in its /etc/passwd"));
        return numbered(uid, accounts);
    }

    private static int gid(String group, Accounts accounts) {
        var named = accounts.group(group);
        return named.isPresent()
                ? named.get().gid()
                : Accounts.id(group)
                        .orElseThrow(() -> new Invalid("the image's group " + group + " is not in its /etc/group"));
    }

    private static int id(Int64Value value, String field) {
        return id(value.getValue(), field);
    }

    private static int id(long value, String field) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new Invalid(FIELD + field + ": not from 0 to " + Integer.MAX_VALUE + ": " + value);
        }
        return (int) value;
    }
}
