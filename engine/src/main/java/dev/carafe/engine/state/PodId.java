package dev.carafe.engine.state;

/// A pod sandbox's id: 64 hexadecimal digits.
public record PodId(String value) {
    public PodId {
        Ids.check(value);
    }

    public static boolean isOne(String text) {
        return Ids.isOne(text);
    }

    public static PodId random() {
        return new PodId(Ids.random());
    }

    @Override
    public String toString() {
        return value;
    }
}
