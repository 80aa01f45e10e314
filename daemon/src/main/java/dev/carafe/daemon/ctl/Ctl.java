package dev.carafe.daemon.ctl;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command line of `carafe ctl`. Each verb is a method of a group; groups share the options below.
@Command(
        name = "carafe ctl",
        description = "Talks to a CRI runtime over its socket, as crictl does. For testing and debugging.",
        mixinStandardHelpOptions = false,
        subcommands = CommandLine.HelpCommand.class)
public final class Ctl implements Runnable {
    private static final String DEFAULT_ENDPOINT = "unix:///var/run/crio/crio.sock";

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-r", "--runtime-endpoint"},
            defaultValue = "${env:CONTAINER_RUNTIME_ENDPOINT:-" + DEFAULT_ENDPOINT + "}",
            description = "The runtime's socket. Default: ${DEFAULT-VALUE}")
    private String runtimeEndpoint = DEFAULT_ENDPOINT;

    @Option(
            names = {"-t", "--timeout"},
            defaultValue = "240",
            description = "Seconds that a call may take; pull and exec have no limit. Default: ${DEFAULT-VALUE}")
    private long timeoutSeconds;

    @Option(
            names = {"-o", "--output"},
            scope = ScopeType.INHERIT,
            description = "table, json or yaml. Default: what suits the verb")
    private Format format = Format.DEFAULT;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this help.")
    private boolean help;

    private final PrintStream out;
    private final PrintStream err;

    private Ctl(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
        this.spec = CommandSpec.create();
    }

    /// Runs one verb. Returns the exit code: 0, 1 for a failed call, 2 for a wrong command line; exec gives its
    /// command's.
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        var ctl = new Ctl(out, err);
        var line = new CommandLine(ctl)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((failure, _, _) -> ctl.report(failure));
        for (var group : List.of(new ImageVerbs(ctl), new PodVerbs(ctl), new ContainerVerbs(ctl), new ContainerList(ctl), new NodeVerbs(ctl))) {
            addVerbs(line, group);
        }
        // Options after the verb's own arguments belong to the command that exec runs.
        line.getSubcommands().get("exec").setStopAtPositional(true);
        var exitCode = line.execute(arguments);
        out.flush();
        return exitCode;
    }

    private static void addVerbs(CommandLine line, Object group) {
        for (var method : CommandLine.getCommandMethods(group.getClass(), null)) {
            line.addSubcommand(new CommandLine(method, new CommandLine.IFactory() {
                @Override
                public <K> K create(Class<K> type) throws Exception {
                    return type.isInstance(group)
                            ? type.cast(group)
                            : CommandLine.defaultFactory().create(type);
                }
            }));
        }
    }

    /// Without a verb.
    @Override
    public void run() {
        spec.commandLine().usage(out);
    }

    private int report(Exception failure) {
        var message =
                switch (failure) {
                    case StatusRuntimeException refused ->
                        refused.getStatus().getCode() + ": "
                                + refused.getStatus().getDescription()
                                + (refused.getStatus().getCode() == Status.Code.UNAVAILABLE
                                        ? "; is a runtime listening on " + runtimeEndpoint + "?"
                                        : "");
                    case IOException io -> io.getMessage();
                    default -> failure.toString();
                };
        err.println("carafe ctl: " + message);
        return CommandLine.ExitCode.SOFTWARE;
    }

    Connection connect() throws IOException {
        return Connection.to(socket(runtimeEndpoint), Duration.ofSeconds(timeoutSeconds));
    }

    private static Path socket(String endpoint) throws IOException {
        if (endpoint.contains("://") && !endpoint.startsWith("unix://")) {
            throw new IOException("not a unix socket: " + endpoint);
        }
        return Path.of(endpoint.startsWith("unix://") ? endpoint.substring("unix://".length()) : endpoint);
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    /// The format asked for, or the one that suits the verb.
    Format format(Format fitting) {
        return format == Format.DEFAULT ? fitting : format;
    }
}
