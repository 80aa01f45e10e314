package dev.carafe.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a registry wants to see before it answers: one challenge of a WWW-Authenticate header (RFC 9110, section
/// 11.6.1).
///
/// @param scheme in lower case
/// @param parameters names in lower case
record Challenge(String scheme, Map<String, String> parameters) {
    private static final int LONGEST_HEADER = 8 * 1024;
    private static final int MOST_CHALLENGES = 8;
    private static final int MOST_PARAMETERS = 16;

    Challenge {
        parameters = Map.copyOf(parameters);
    }

    boolean isBearer() {
        return scheme.equals("bearer");
    }

    boolean isBasic() {
        return scheme.equals("basic");
    }

    /// Empty when it is not there.
    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /// The challenges of all such headers, as far as they can be understood and the bounds allow.
    static List<Challenge> parse(List<String> headers) {
        var challenges = new ArrayList<Challenge>();
        for (var header : headers) {
            if (header.length() <= LONGEST_HEADER) {
                new Parser(header).parseInto(challenges);
            }
        }
        return challenges;
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        /// `scheme name=value, name="value", scheme2 …`: a token is a scheme when no equals sign follows it.
        void parseInto(List<Challenge> challenges) {
            skip(" \t,");
            var word = token();
            while (!word.isEmpty() && challenges.size() < MOST_CHALLENGES) {
                var scheme = word;
                var parameters = new HashMap<String, String>();
                skip(" \t");
                word = token();
                while (!word.isEmpty() && skipEquals() && parameters.size() < MOST_PARAMETERS) {
                    parameters.put(word.toLowerCase(Locale.ROOT), value());
                    skip(" \t,");
                    word = token();
                }
                challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
                skip(" \t,");
                if (word.isEmpty()) {
                    word = token();
                }
            }
        }

        private boolean skipEquals() {
            skip(" \t");
            if (at == text.length() || text.charAt(at) != '=') {
                return false;
            }
            at++;
            skip(" \t");
            return true;
        }

        private String value() {
            if (at == text.length() || text.charAt(at) != '"') {
                return until(" \t,");
            }
            var value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at = Math.min(at + 1, text.length()); // the closing quote
            return value.toString();
        }

        private String token() {
            return until(" \t,=\"");
        }

        private String until(String delimiters) {
            var start = at;
            while (at < text.length() && delimiters.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private void skip(String characters) {
            while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
