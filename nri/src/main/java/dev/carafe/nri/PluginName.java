package dev.carafe.nri;

import java.util.regex.Pattern;

/// A plugin's index, two digits by which plugins are ordered, and its name.
record PluginName(String index, String base) implements Comparable<PluginName> {
    private static final Pattern INDEX = Pattern.compile("[0-9]{2}");
    private static final Pattern BASE = Pattern.compile("[a-zA-Z0-9._+-]{1,255}");

    /// @throws PluginException when it is none
    static PluginName of(String index, String base) throws PluginException {
        if (!INDEX.matcher(index).matches()) {
            throw new PluginException("the index of an NRI plugin has two digits");
        }
        if (!BASE.matcher(base).matches()) {
            throw new PluginException("the name of an NRI plugin has 1 to 255 of the characters a-z A-Z 0-9 . _ + -");
        }
        return new PluginName(index, base);
    }

    /// @param fileName `INDEX-NAME`
    static PluginName parse(String fileName) throws PluginException {
        var parts = fileName.split("-", 2);
        if (parts.length < 2) {
            throw new PluginException("the file of an NRI plugin is called INDEX-NAME, not " + fileName);
        }
        return of(parts[0], parts[1]);
    }

    @Override
    public int compareTo(PluginName other) {
        return index.compareTo(other.index);
    }

    @Override
    public String toString() {
        return index + "-" + base;
    }
}
