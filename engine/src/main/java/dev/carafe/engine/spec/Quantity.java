package dev.carafe.engine.spec;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A quantity of Kubernetes (k8s.io/apimachinery, resource.Quantity), as far as pods give sizes and rates in it.
public final class Quantity {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?)(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?");

    private static final Map<String, Long> UNITS = Map.of(
            "Ki",
            1L << 10,
            "Mi",
            1L << 20,
            "Gi",
            1L << 30,
            "Ti",
            1L << 40,
            "Pi",
            1L << 50,
            "k",
            1_000L,
            "M",
            1_000_000L,
            "G",
            1_000_000_000L,
            "T",
            1_000_000_000_000L,
            "P",
            1_000_000_000_000_000L);

    private Quantity() {}

    /// Empty when the text is none.
    public static Optional<BigDecimal> parse(String text) {
        var parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        var unit = parts.group(2);
        return Optional.of(new BigDecimal(parts.group(1))
                .multiply(BigDecimal.valueOf(unit == null ? 1 : UNITS.getOrDefault(unit, 1L))));
    }
}
