package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.ExecRequest;
import dev.carafe.cri.v1.ExecSyncRequest;
import dev.carafe.streaming.Streams;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ctl exec`.
@Command(name = "exec", description = "Runs a command in a container; its exit code is ours.")
final class Exec implements Verb {
    private static final long NOT_GIVEN = -1;

    @Option(
            names = {"-i", "--interactive", "--stdin"},
            description = "Our standard input is its.")
    private boolean stdin;

    @Option(
            names = {"-t", "--tty"},
            description = "It gets a terminal, which ours shows.")
    private boolean tty;

    @Option(
            names = {"-s", "--sync"},
            description = "By ExecSync, as probes do it: its output comes when it has ended.")
    private boolean sync;

    @Option(names = "--timeout", description = "Seconds, by ExecSync; 0: no limit.")
    private long timeoutSeconds = NOT_GIVEN;

    @Mixin
    private RemoteOptions remote = new RemoteOptions();

    @Parameters(index = "0", paramLabel = "CONTAINER")
    private String id = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND")
    private List<String> command = List.of();

    @Override
    public int run(Output to, Connection connection) throws IOException {
        if (!sync && timeoutSeconds == NOT_GIVEN) {
            return stream(to, connection);
        }
        if (stdin || tty) {
            throw new IOException("--interactive and --tty go neither with --sync nor with --timeout");
        }
        var result = connection
                .runtimeWithoutDeadline()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(command)
                        .setTimeout(Math.max(0, timeoutSeconds))
                        .build());
        result.getStdout().writeTo(to.out());
        result.getStderr().writeTo(to.err());
        return result.getExitCode();
    }

    private int stream(Output to, Connection connection) throws IOException {
        var streams = new Streams(stdin, true, !tty, tty);
        var url = connection
                .runtime()
                .exec(ExecRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(command)
                        .setTty(tty)
                        .setStdin(stdin)
                        .setStdout(true)
                        .setStderr(!tty)
                        .build())
                .getUrl();
        return RemoteSession.run(URI.create(url), streams, remote, to);
    }
}
