package dev.carafe.daemon.manual;

/// CommonMark.
final class Markdown implements Manual.Markup {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void title(String name, int section, String summary) {
        text.append("# ")
                .append(name)
                .append('(')
                .append(section)
                .append(") – ")
                .append(summary)
                .append('\n');
    }

    @Override
    public void section(String name) {
        text.append("\n## ").append(escaped(name)).append('\n');
    }

    @Override
    public void paragraph(String words) {
        text.append('\n').append(escaped(words)).append('\n');
    }

    @Override
    public void term(String term, String words) {
        text.append("\n- ``")
                .append(' ')
                .append(term)
                .append(" ``  \n  ")
                .append(escaped(words))
                .append('\n');
    }

    private static String escaped(String words) {
        return words.replaceAll("[\\\\`*_\\[\\]<>#|]", "\\\\$0");
    }

    @Override
    public String text() {
        return text.toString();
    }
}
