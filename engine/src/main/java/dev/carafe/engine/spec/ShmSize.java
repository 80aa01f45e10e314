package dev.carafe.engine.spec;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.Invalid;
import java.math.BigDecimal;

/// How large a pod's /dev/shm may get.
public final class ShmSize {
    /// As the peers size it.
    private static final long STANDARD_BYTES = 64L << 20;

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
        var bytes = Quantity.parse(text)
                .orElseThrow(() -> new Invalid(PodAnnotation.SHM_SIZE.field() + ": not a size such as 128Mi"));
        if (bytes.signum() <= 0 || bytes.compareTo(MAXIMUM) > 0) {
            throw new Invalid(PodAnnotation.SHM_SIZE.field() + ": not from 1 byte to 1Pi");
        }
        return Math.max(1, bytes.longValue());
    }
}
