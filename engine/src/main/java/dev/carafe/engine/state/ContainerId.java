package dev.carafe.engine.state;

/// A container's id: 64 hexadecimal digits.
public record ContainerId(String value) {
    public ContainerId {
        Ids.check(value);
    }

    public static boolean isOne(String text) {
        return Ids.isOne(text);
    }

    public static ContainerId random() {
        return new ContainerId(Ids.random());
    }

    @Override
    public String toString() {
        return value;
    }
}
