package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.StatusRequest;
import dev.carafe.cri.v1.VersionRequest;
import java.io.IOException;
import picocli.CommandLine.Command;

/// The verbs of the runtime itself.
final class NodeVerbs {
    private final Ctl ctl;

    NodeVerbs(Ctl ctl) {
        this.ctl = ctl;
    }

    @Command(name = "version", description = "Shows what runs behind the socket.")
    int version() throws IOException {
        try (var connection = ctl.connect()) {
            var version = connection.runtime().version(VersionRequest.getDefaultInstance());
            var format = ctl.format(Format.TABLE);
            if (format != Format.TABLE) {
                ctl.out().println(format.of(version));
                return 0;
            }
            ctl.out().println("Version:  " + version.getVersion());
            ctl.out().println("RuntimeName:  " + version.getRuntimeName());
            ctl.out().println("RuntimeVersion:  " + version.getRuntimeVersion());
            ctl.out().println("RuntimeApiVersion:  " + version.getRuntimeApiVersion());
        }
        return 0;
    }

    @Command(name = "info", description = "Shows whether the runtime and its network are ready, and what they can do.")
    int info() throws IOException {
        try (var connection = ctl.connect()) {
            var status = connection.runtime().status(StatusRequest.newBuilder().setVerbose(true).build());
            ctl.out().println(ctl.format(Format.JSON).of(status));
        }
        return 0;
    }
}
