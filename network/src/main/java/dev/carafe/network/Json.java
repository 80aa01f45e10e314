package dev.carafe.network;

import java.util.List;

/// A JSON value as it was written: members keep their order and numbers their digits, because plugins must get their
/// configuration and results unchanged (CNI specification, section 1), and a `double` would turn 1.0 into 1 and lose
/// the end of large integers.
sealed interface Json permits JsonObject, Json.Array, Json.Text, Json.Number, Json.Bool, Json.Null {
    void writeTo(StringBuilder out);

    default String toJson() {
        var out = new StringBuilder();
        writeTo(out);
        return out.toString();
    }

    record Array(List<Json> items) implements Json {
        public Array {
            items = List.copyOf(items);
        }

        @Override
        public void writeTo(StringBuilder out) {
            var separator = "[";
            for (var item : items) {
                out.append(separator);
                item.writeTo(out);
                separator = ",";
            }
            out.append(items.isEmpty() ? "[]" : "]");
        }
    }

    record Text(String value) implements Json {
        @Override
        public void writeTo(StringBuilder out) {
            out.append('"');
            for (var i = 0; i < value.length(); i++) {
                writeTo(out, i);
            }
            out.append('"');
        }

        private void writeTo(StringBuilder out, int index) {
            var c = value.charAt(index);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || isLoneSurrogate(index)) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }

        /// It has no form in UTF-8.
        private boolean isLoneSurrogate(int index) {
            var c = value.charAt(index);
            if (Character.isHighSurrogate(c)) {
                return index + 1 == value.length() || !Character.isLowSurrogate(value.charAt(index + 1));
            }
            return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(value.charAt(index - 1)));
        }
    }

    /// @param digits as they were written
    record Number(String digits) implements Json {
        static Number of(long value) {
            return new Number(Long.toString(value));
        }

        @Override
        public void writeTo(StringBuilder out) {
            out.append(digits);
        }
    }

    record Bool(boolean value) implements Json {
        @Override
        public void writeTo(StringBuilder out) {
            out.append(value);
        }
    }

    record Null() implements Json {
        @Override
        public void writeTo(StringBuilder out) {
            out.append("null");
        }
    }
}
