package dev.carafe.daemon.metrics;

import java.util.List;

/// Prometheus' text format, version 0.0.4, in the making. For one thread.
final class Exposition {
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();

    /// The head of a family of series.
    ///
    /// @param type `counter`, `gauge`, `histogram` or `summary`
    void family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ');
        escape(help, false);
        text.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /// @param labels their names
    /// @param values as many
    void sample(String name, List<String> labels, List<String> values, double value) {
        text.append(name);
        for (var i = 0; i < labels.size(); i++) {
            text.append(i == 0 ? '{' : ',').append(labels.get(i)).append("=\"");
            escape(values.get(i), true);
            text.append('"');
        }
        text.append(labels.isEmpty() ? " " : "} ").append(number(value)).append('\n');
    }

    void sample(String name, double value) {
        sample(name, List.of(), List.of(), value);
    }

    /// A family with one series.
    void single(String name, String type, String help, double value) {
        family(name, type, help);
        sample(name, value);
    }

    private void escape(String words, boolean isLabel) {
        for (var i = 0; i < words.length(); i++) {
            var c = words.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '"' -> text.append(isLabel ? "\\\"" : "\"");
                default -> text.append(c);
            }
        }
    }

    /// Whole numbers without an exponent, as people read them.
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
