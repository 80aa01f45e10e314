package dev.carafe.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Where the kernel has which of a group's files.
record GroupHierarchies(List<CgroupHierarchy> all) {
    GroupHierarchies {
        all = List.copyOf(all);
    }

    /// Its folder where the controller is.
    Optional<GroupFiles> files(CgroupController controller, Path group) {
        return with(controller).map(hierarchy -> GroupFiles.of(hierarchy, group));
    }

    boolean isUnified(CgroupController controller) {
        return with(controller).filter(CgroupHierarchy::unified).isPresent();
    }

    Optional<CgroupHierarchy> with(CgroupController controller) {
        return first(hierarchy -> hierarchy.controllers().contains(controller));
    }

    /// v2 counts processor time with or without a controller; beside v1 that group may hold nothing.
    Optional<CgroupHierarchy> withCpuTime() {
        return first(CgroupHierarchy::accountsCpu).or(() -> first(CgroupHierarchy::unified));
    }

    private Optional<CgroupHierarchy> first(Predicate<CgroupHierarchy> which) {
        return all.stream().filter(which).findFirst();
    }
}
