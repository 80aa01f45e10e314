package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.ContainerState;
import dev.carafe.daemon.config.GoDuration;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ctl logs`.
@Command(name = "logs", description = "Prints a container's log, which has to be on this host.")
final class Logs implements Verb {
    @Parameters(paramLabel = "CONTAINER")
    private String id = "";

    @Option(
            names = {"-f", "--follow"},
            description = "And what it writes from now on, until it has ended.")
    private boolean follow;

    @Option(names = "--tail", description = "Only so many last lines; less than 0, the default: all.")
    private int tail = -1;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Only lines since then: 2026-01-02T15:04:05Z, without a zone in this host's, or as long ago as"
                            + " 42m, 1h30m.")
    private String since = "";

    @Option(
            names = {"-T", "--timestamps"},
            description = "With times.")
    private boolean timestamps;

    @Override
    public int run(Output to, Connection connection) throws IOException {
        var path = ContainerVerbs.status(connection, id).getLogPath();
        if (path.isEmpty()) {
            throw new IOException("container " + id + " has no log: its configuration names no log_path");
        }
        var printer = new LogPrinter(to.out(), to.err(), timestamps, since(since, Instant.now()));
        new FollowLog(Path.of(path), printer, () -> hasEnded(connection)).run(tail, follow);
        return 0;
    }

    private boolean hasEnded(Connection connection) {
        try {
            return ContainerVerbs.status(connection, id).getState() == ContainerState.CONTAINER_EXITED;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }

    static Instant since(String text, Instant now) throws IOException {
        if (text.isEmpty()) {
            return Instant.MIN;
        }
        var ago = GoDuration.parse(text);
        try {
            return ago.isPresent() ? now.minus(ago.get()) : time(text);
        } catch (DateTimeException notOne) {
            throw new IOException("--since: neither a time nor a duration: " + text, notOne);
        }
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException withoutZone) {
            return LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
        }
    }
}
