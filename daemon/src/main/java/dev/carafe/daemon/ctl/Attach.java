package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.AttachRequest;
import dev.carafe.streaming.Streams;
import java.io.IOException;
import java.net.URI;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ctl attach`.
@Command(name = "attach", description = "Shows what a running container writes from now on, until it has ended.")
final class Attach implements Verb {
    @Option(
            names = {"-i", "--stdin"},
            description = "Our standard input is its.")
    private boolean stdin;

    @Option(
            names = {"-t", "--tty"},
            description = "Our terminal shows its; for containers that have one.")
    private boolean tty;

    @Mixin
    private RemoteOptions remote = new RemoteOptions();

    @Parameters(paramLabel = "CONTAINER")
    private String id = "";

    @Override
    public int run(Output to, Connection connection) throws IOException {
        var streams = new Streams(stdin, true, !tty, tty);
        var url = connection
                .runtime()
                .attach(AttachRequest.newBuilder()
                        .setContainerId(id)
                        .setTty(tty)
                        .setStdin(stdin)
                        .setStdout(true)
                        .setStderr(!tty)
                        .build())
                .getUrl();
        return RemoteSession.run(URI.create(url), streams, remote, to);
    }
}
