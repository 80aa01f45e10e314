package dev.carafe.daemon.ctl;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/// The command line of `carafe ctl`: the options that all verbs share.
@Command(
        name = "carafe ctl",
        description = "Talks to a CRI runtime over its socket, as crictl does. For testing and debugging.",
        subcommands = CommandLine.HelpCommand.class)
public final class Ctl {
    private static final String DEFAULT_ENDPOINT = "unix:///var/run/crio/crio.sock";

    @Option(
            names = {"-r", "--runtime-endpoint"},
            defaultValue = "${env:CONTAINER_RUNTIME_ENDPOINT:-" + DEFAULT_ENDPOINT + "}",
            description = "The runtime's socket. Default: ${DEFAULT-VALUE}")
    private String runtimeEndpoint = DEFAULT_ENDPOINT;

    @Option(
            names = {"-t", "--timeout"},
            defaultValue = "240",
            description = "Seconds that a call may take; pull, exec and stop have no limit. Default: ${DEFAULT-VALUE}")
    private long timeoutSeconds;

    @Option(
            names = {"-o", "--output"},
            scope = ScopeType.INHERIT,
            description = "table, json or yaml. Default: what suits the verb")
    private Format format = Format.DEFAULT;

    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    private boolean help;

    private final PrintStream out;
    private final PrintStream err;

    private Ctl(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Runs one verb. Returns the exit code: 0, 1 for a failed call, 2 for a wrong command line; exec gives its
    /// command's.
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        var ctl = new Ctl(out, err);
        var line = new CommandLine(ctl);
        Stream.of(ImageVerbs.all(), PodVerbs.all(), ContainerVerbs.all(), NodeVerbs.all())
                .flatMap(List::stream)
                .forEach(verb -> add(line, verb));
        // Said last, since it holds for the verbs that are there by then.
        var exitCode = line.setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setExecutionStrategy(ctl::execute)
                .execute(arguments);
        out.flush();
        return exitCode;
    }

    private static void add(CommandLine line, Verb verb) {
        var command = new CommandLine(verb);
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Shows this help.")
                        .build());
        // What follows exec's container belongs to the command that it runs, options too.
        command.setStopAtPositional(command.getCommandName().equals("exec"));
        line.addSubcommand(command);
    }

    private int execute(ParseResult parsed) {
        var helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        var last = parsed.asCommandLineList().getLast();
        if (!(last.getCommand() instanceof Verb verb)) {
            last.usage(out);
            return CommandLine.ExitCode.OK;
        }
        try (var connection = Connection.to(socket(runtimeEndpoint), Duration.ofSeconds(timeoutSeconds))) {
            return verb.run(new Output(out, err, format), connection);
        } catch (StatusRuntimeException refused) {
            return failed(words(refused.getStatus()));
        } catch (FileSystemException e) { // whose message may be a bare path
            return failed(e.getClass().getSimpleName() + ": " + e.getMessage());
        } catch (IOException e) {
            return failed(String.valueOf(e.getMessage()));
        }
    }

    private int failed(String why) {
        err.println("carafe ctl: " + Words.harmless(why));
        return CommandLine.ExitCode.SOFTWARE;
    }

    private String words(Status status) {
        var text = status.getDescription() == null ? "" : ": " + status.getDescription();
        var hint = status.getCode() == Status.Code.UNAVAILABLE
                ? "; is a runtime listening on " + runtimeEndpoint + "?"
                : "";
        return status.getCode() + text + hint;
    }

    private static Path socket(String endpoint) throws IOException {
        if (endpoint.contains("://") && !endpoint.startsWith("unix://")) {
            throw new IOException("not a unix socket: " + endpoint);
        }
        return Path.of(endpoint.startsWith("unix://") ? endpoint.substring("unix://".length()) : endpoint);
    }
}
