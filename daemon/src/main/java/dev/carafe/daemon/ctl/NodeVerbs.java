package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.StatusRequest;
import dev.carafe.cri.v1.VersionRequest;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/// The verbs of the runtime itself.
final class NodeVerbs {
    private NodeVerbs() {}

    static List<Verb> all() {
        return List.of(new Version(), new Info());
    }

    @Command(name = "version", description = "Shows what runs behind the socket.")
    private static final class Version implements Verb {
        @Override
        public int run(Output to, Connection connection) throws IOException {
            var version = connection.runtime().version(VersionRequest.getDefaultInstance());
            var format = to.format(Format.TABLE);
            if (format != Format.TABLE) {
                to.out().println(format.of(version));
                return 0;
            }
            to.out().println("Version:  " + version.getVersion());
            to.out().println("RuntimeName:  " + version.getRuntimeName());
            to.out().println("RuntimeVersion:  " + version.getRuntimeVersion());
            to.out().println("RuntimeApiVersion:  " + version.getRuntimeApiVersion());
            return 0;
        }
    }

    @Command(name = "info", description = "Shows whether the runtime and its network are ready, and what they can do.")
    private static final class Info implements Verb {
        @Override
        public int run(Output to, Connection connection) throws IOException {
            var status = connection
                    .runtime()
                    .status(StatusRequest.newBuilder().setVerbose(true).build());
            to.out().println(Inspection.of(status, to.format(Format.JSON)));
            return 0;
        }
    }
}
