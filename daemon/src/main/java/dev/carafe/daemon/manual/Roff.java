package dev.carafe.daemon.manual;

import java.util.Locale;

/// man(7).
final class Roff implements Manual.Markup {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void title(String name, int section, String summary) {
        line(".TH " + name.toUpperCase(Locale.ROOT) + " " + section);
        section("NAME");
        line(escaped(name) + " \\- " + escaped(summary));
    }

    @Override
    public void section(String name) {
        line(".SH \"" + escaped(name).replace("\"", "\\(dq") + "\"");
    }

    @Override
    public void paragraph(String words) {
        line(".PP");
        line(escaped(words));
    }

    @Override
    public void term(String term, String words) {
        line(".TP");
        line("\\fB" + escaped(term) + "\\fR");
        line(escaped(words));
    }

    private void line(String words) {
        text.append(words).append('\n');
    }

    /// A dot or an apostrophe at the beginning of a line would be a request.
    private static String escaped(String words) {
        var escaped = words.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }

    @Override
    public String text() {
        return text.toString();
    }
}
