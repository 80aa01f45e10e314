package dev.carafe.engine.spec;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.Invalid;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;

/// How large a pod's /dev/shm may get.
public final class ShmSize {
    /// As the peers size it.
    private static final long STANDARD_BYTES = 64L << 20;

    /// A quantity of Kubernetes (k8s.io/apimachinery, resource.Quantity), as far as memory is given in it.
    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?)(Ki|Mi|Gi|Ti|k|M|G|T)?");

    private static final Map<String, Long> UNITS = Map.of(
            "Ki",
            1L << 10,
            "Mi",
            1L << 20,
            "Gi",
            1L << 30,
            "Ti",
            1L << 40,
            "k",
            1_000L,
            "M",
            1_000_000L,
            "G",
            1_000_000_000L,
            "T",
            1_000_000_000_000L);

    private static final BigDecimal MAXIMUM = BigDecimal.valueOf(1L << 50);

    private ShmSize() {}

    /// In bytes: by the pod's annotation where its handler allows it.
    ///
    /// @throws Invalid when that is no size
    public static long of(PodSandboxConfig pod, HandlerRules rules) {
        return PodAnnotation.SHM_SIZE
                .in(pod.getAnnotationsMap(), rules)
                .map(ShmSize::parse)
                .orElse(STANDARD_BYTES);
    }

    private static long parse(String text) {
        var parts = QUANTITY.matcher(text.strip());
        if (!parts.matches()) {
            throw new Invalid(PodAnnotation.SHM_SIZE.field() + ": not a size such as 128Mi");
        }
        var unit = parts.group(2);
        var bytes = new BigDecimal(parts.group(1))
                .multiply(BigDecimal.valueOf(unit == null ? 1 : UNITS.getOrDefault(unit, 1L)));
        if (bytes.signum() <= 0 || bytes.compareTo(MAXIMUM) > 0) {
            throw new Invalid(PodAnnotation.SHM_SIZE.field() + ": not from 1 byte to 1Pi");
        }
        return Math.max(1, bytes.longValue());
    }
}
