package dev.carafe.runtime;

import dev.carafe.linux.ProcessStat;
import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a runtime knows of a container (runtime-spec, runtime.md, State).
///
/// @param pid its first process; 0 once it has ended
public record State(String id, Status status, int pid) {
    private static final JsonType<Document> JSON = Jsonb.builder().build().type(Document.class);

    /// The specification's words, and those that runc adds.
    public enum Status {
        CREATING,
        CREATED,
        RUNNING,
        PAUSING,
        PAUSED,
        STOPPED
    }

    /// It has a process.
    public boolean isAlive() {
        return status != Status.STOPPED;
    }

    /// It was started and has not ended.
    public boolean isRunning() {
        return switch (status) {
            case RUNNING, PAUSING, PAUSED -> true;
            case CREATING, CREATED, STOPPED -> false;
        };
    }

    /// What `state` prints. A container whose first process is a zombie has stopped; some runtimes don't see that.
    static State parse(String id, String json) throws IOException {
        try {
            var document = ForeignJson.read(json, JSON::fromJson);
            if (document.status == null) {
                throw new IOException("the runtime gives container " + id + " no status");
            }
            var status = Status.valueOf(document.status.toUpperCase(Locale.ROOT));
            var pid = document.pid == null ? 0 : Math.toIntExact(document.pid);
            var hasEnded = pid > 0
                    && ProcessStat.read(pid).filter(ProcessStat::isAlive).isEmpty();
            return hasEnded ? new State(id, Status.STOPPED, 0) : new State(id, status, pid);
        } catch (BadJsonException | ArithmeticException | IllegalArgumentException e) {
            throw new IOException(
                    "the runtime's state of container " + id + " can't be read: "
                            + RuntimeWords.of(String.valueOf(e.getMessage())),
                    e);
        }
    }

    @Json
    record Document(@Nullable String status, @Nullable Long pid) {}
}
