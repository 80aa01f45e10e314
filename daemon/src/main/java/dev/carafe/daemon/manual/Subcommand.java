package dev.carafe.daemon.manual;

import java.util.List;
import java.util.stream.Stream;

/// A subcommand as help, manual and completions tell of it.
///
/// @param aliases further names
/// @param usage what follows the name
/// @param words those that can be completed after it
/// @param meaning a sentence without its stop
record Subcommand(String name, List<String> aliases, String usage, List<String> words, String meaning) {
    /// By name.
    static final List<Subcommand> ALL = List.of(
            new Subcommand(
                    "check",
                    List.of(),
                    "[--quick | --deep] [--quiet] [--age DURATION] [--repair [--force] [--wipe]]",
                    List.of("--quick", "--deep", "--quiet", "--age", "--repair", "--force", "--wipe"),
                    "verifies the store of images while the daemon is stopped: each layer's files and their sizes, with"
                            + " --deep their content too; --repair removes the damaged layers and their images, and"
                            + " layers that nobody has used for the duration (24h); --force also the containers that"
                            + " stand on them; --wipe all pods and images if something stays damaged"),
            new Subcommand(
                    "complete",
                    List.of("completion"),
                    "bash|fish|zsh",
                    List.of("bash", "fish", "zsh"),
                    "prints a shell's completions of all this"),
            new Subcommand(
                    "config",
                    List.of(),
                    "[--default]",
                    List.of("--default"),
                    "prints the configuration that holds, as a commented file; or the one that holds where nothing is"
                            + " configured"),
            new Subcommand(
                    "ctl",
                    List.of(),
                    "VERB",
                    List.of(),
                    "a client for testing and debugging, with crictl's verbs; see carafe ctl --help"),
            new Subcommand("help", List.of("h"), "", List.of(), "prints this"),
            new Subcommand(
                    "images",
                    List.of(),
                    "export IMAGE... --to PATH [--format archive|oci|dir] | import PATH... [--name IMAGE]",
                    List.of("export", "import", "--to", "--format", "--name"),
                    "writes images into a new file or folder, or puts them into the store, while the daemon is stopped:"
                            + " a tar that is an OCI layout and an archive of docker save at once, or a folder with an"
                            + " OCI layout, or one as skopeo's dir:; carafe ctl save and load do it where one runs"),
            new Subcommand("man", List.of(), "", List.of(), "prints the manual page"),
            new Subcommand("markdown", List.of("md"), "", List.of(), "prints the manual in Markdown"),
            new Subcommand(
                    "status",
                    List.of(),
                    "config | containers --id ID | info | threads | heap [--file FILE]  [--socket PATH]",
                    List.of(
                            "config",
                            "containers",
                            "info",
                            "threads",
                            "goroutines",
                            "heap",
                            "--socket",
                            "--id",
                            "--file"),
                    "asks the daemon that runs: for its configuration, for one container (or pod, by its id), for what"
                            + " it stands on, for what its threads do, or for what its memory holds (into FILE,"
                            + " crio-heap.out by default)"),
            new Subcommand(
                    "version",
                    List.of(),
                    "[--json] [--verbose]",
                    List.of("--json", "--verbose"),
                    "what was built, and what runs it"),
            new Subcommand(
                    "wipe",
                    List.of(),
                    "[--force]",
                    List.of("--force"),
                    "removes, while the daemon is stopped, all pods if the node was rebooted, and all images if"
                            + " version_file_persist names another minor version; --force both in any case"));

    Subcommand {
        aliases = List.copyOf(aliases);
        words = List.copyOf(words);
    }

    Stream<String> names() {
        return Stream.concat(Stream.of(name), aliases.stream());
    }
}
