package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.linux.CgroupController;
import dev.carafe.oci.RuntimeSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/// How much memory in large pages a container may use, by the size of the page. The kubelet sends all the sizes
/// that the host has, most of them with 0.
final class HugepageLimits {
    private static final String FIELD = "hugepage_limits";
    /// As the kernel writes it in the names of its files, such as `hugetlb.2MB.max`.
    private static final Pattern PAGE_SIZE = Pattern.compile("[1-9][0-9]{0,8}[KMG]B");

    private HugepageLimits() {}

    static List<RuntimeSpec.HugepageLimit> of(LinuxContainerResources asked, Controllers controllers) {
        var limits = new LinkedHashMap<String, RuntimeSpec.HugepageLimit>();
        for (var limit : asked.getHugepageLimitsList()) {
            var pageSize = limit.getPageSize();
            if (!PAGE_SIZE.matcher(pageSize).matches()) {
                throw ResourceLimits.invalid(FIELD + ".page_size", "not a size such as 2MB: " + pageSize);
            }
            if (limit.getLimit() < 0) {
                throw ResourceLimits.invalid(FIELD + ".limit", "more than 2⁶³-1 bytes for pages of " + pageSize);
            }
            limits.put(pageSize, new RuntimeSpec.HugepageLimit(pageSize, limit.getLimit()));
        }
        return limits.isEmpty() || !controllers.canLimit(CgroupController.HUGETLB)
                ? List.of()
                : List.copyOf(limits.values());
    }
}
