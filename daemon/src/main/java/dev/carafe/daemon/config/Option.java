package dev.carafe.daemon.config;

import java.util.List;

/// How a key is set outside of files.
///
/// @param flag without its dashes; empty when there is none
/// @param alias a second name of the flag, mostly a letter; empty when there is none
/// @param variables environment variables, the first that is set and not empty counts
record Option(String flag, String alias, List<String> variables) {
    static final Option NONE = new Option("", "", List.of());

    Option {
        variables = List.copyOf(variables);
    }
}
