package dev.carafe.engine.seccomp;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a runtime says of the descriptors that it hands over (runtime-spec, config-linux.md, containerProcessState).
@Json
record ProcessState(List<String> fds, State state) {
    private static final String SECCOMP = "seccompFd";

    ProcessState(@Nullable List<String> fds, @Nullable State state) {
        this.fds = fds == null ? List.of() : List.copyOf(fds);
        this.state = state == null ? new State("") : state;
    }

    /// @param id the container's
    @Json
    record State(String id) {
        State(@Nullable String id) {
            this.id = id == null ? "" : id;
        }
    }

    static ProcessState parse(String json) throws BadJsonException {
        return ForeignJson.read(json, Jsonb.instance().type(ProcessState.class)::fromJson);
    }

    /// Whether it is complete, however much more would come; a peer may keep its connection open.
    static boolean isWhole(String json) {
        var depth = 0;
        var isInString = false;
        for (var i = 0; i < json.length(); i++) {
            switch (json.charAt(i)) {
                case '\\' -> i++;
                case '"' -> isInString = !isInString;
                case '{' -> depth += isInString ? 0 : 1;
                case '}' -> {
                    depth -= isInString ? 0 : 1;
                    if (depth == 0 && !isInString) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    /// The place of the one descriptor that tells of the container's calls.
    ///
    /// @param count how many came
    /// @throws IOException when there is not exactly one, or it is another container's
    int filter(ContainerId id, int count) throws IOException {
        if (!state.id.equals(id.value())) {
            throw new IOException("of another container");
        }
        var place = fds.indexOf(SECCOMP);
        if (place < 0 || place != fds.lastIndexOf(SECCOMP) || fds.size() != count) {
            throw new IOException(count + " descriptors came, which are not those that are named");
        }
        return place;
    }
}
