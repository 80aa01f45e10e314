package dev.carafe.daemon;

/// What `carafe --help` prints.
final class Help {
    private static final String TEXT = """
            carafe runs pods and containers for a kubelet: the Kubernetes Container Runtime Interface.

            Usage: carafe [flags] [subcommand]

            Without a subcommand it runs in the foreground until SIGTERM or SIGINT. Containers go on when it ends.

            Subcommands:
              check [--deep] [--quiet] [--age DURATION] [--repair [--force] [--wipe]]
                                              verifies the store of images while the daemon is stopped: each
                                              layer's files and their sizes, with --deep their content too;
                                              --repair removes the damaged layers and their images, and layers
                                              that nobody has used for the duration (24h); --force also the
                                              containers that stand on them; --wipe all pods and images if
                                              something stays damaged
              config [--default]              prints the configuration that holds, as a commented file; or the
                                              one that holds where nothing is configured
              ctl                             a client for testing and debugging, with crictl's verbs; see
                                              carafe ctl --help
              help                            this
              images export IMAGE... --to PATH [--format archive|oci|dir]
                                              writes images into a new file or folder while the daemon is
                                              stopped: a tar that is an OCI layout and an archive of docker
                                              save at once, or a folder with an OCI layout, or one as
                                              skopeo's dir:; carafe ctl save does it where one runs
              images import PATH... [--name IMAGE]
                                              puts images into the store while the daemon is stopped: an OCI
                                              layout (folder or tar), an archive of docker save, or a folder
                                              of skopeo's dir:; carafe ctl load does it where one runs
              version [--json] [--verbose]    what was built, and what runs it
              wipe [--force]                  removes, while the daemon is stopped, all pods if the node was
                                              rebooted, and all images if version_file_persist names another
                                              minor version; --force both in any case

            Exit codes: 0; 1 when the start fails or a check finds damage; 2 for a wrong command line.

            Flags are stronger than environment variables, those than the files in the configuration folder, and
            those than the configuration file:

            """;

    private Help() {}

    static String text(String flags) {
        return TEXT + flags;
    }
}
