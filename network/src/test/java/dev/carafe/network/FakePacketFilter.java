package dev.carafe.network;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A packet filter that keeps the scripts it was given, and refuses when it is told to.
final class FakePacketFilter implements PacketFilter {
    private final List<String> scripts = new CopyOnWriteArrayList<>();
    private final List<Integer> forgotten = new CopyOnWriteArrayList<>();
    private volatile boolean isMissing;
    private volatile boolean isRefusing;

    FakePacketFilter missing() {
        isMissing = true;
        return this;
    }

    void refuse(boolean whether) {
        isRefusing = whether;
    }

    /// The last that was carried out; empty when none was.
    String rules() {
        return scripts.isEmpty() ? "" : scripts.getLast();
    }

    List<String> scripts() {
        return List.copyOf(scripts);
    }

    List<Integer> forgotten() {
        return List.copyOf(forgotten);
    }

    @Override
    public boolean isThere() {
        return !isMissing;
    }

    @Override
    public void apply(String script) throws IOException {
        if (isMissing || isRefusing) {
            throw new IOException("no rules today");
        }
        scripts.add(script);
    }

    @Override
    public void forgetDatagrams(int port) {
        forgotten.add(port);
    }
}
