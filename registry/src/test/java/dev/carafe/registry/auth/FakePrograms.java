package dev.carafe.registry.auth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Programs that know what a test tells them.
final class FakePrograms implements CredentialPrograms {
    private final Map<String, Answer> answers = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    void knows(String server, String output) {
        answers.put(server, new Answer(true, output));
    }

    void failsFor(String server, String output) {
        answers.put(server, new Answer(false, output));
    }

    /// Program and server each.
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public synchronized Answer get(String name, String server) {
        asked.add(name + " " + server);
        return answers.getOrDefault(server, new Answer(false, "credentials not found in native keychain\n"));
    }
}
