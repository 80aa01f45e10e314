package dev.carafe.engine;

import java.util.List;

/// Writes down what it is told, with the names of the spans above it.
record ToldSpan(String path, List<String> told) implements Span {
    @Override
    public Span begin(String name) {
        told.add("begin " + path + "/" + name);
        return new ToldSpan(path + "/" + name, told);
    }

    @Override
    public void note(String key, String value) {
        told.add("note " + path + " " + key + "=" + value);
    }

    @Override
    public void ended() {
        told.add("end " + path);
    }

    @Override
    public void failed(Throwable failure) {
        told.add("fail " + path + " " + failure.getMessage());
    }
}
