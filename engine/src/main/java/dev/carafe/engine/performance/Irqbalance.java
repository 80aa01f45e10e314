package dev.carafe.engine.performance;

import dev.carafe.engine.spec.NodeFile;
import dev.carafe.linux.Output;
import dev.carafe.linux.Spawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The program that spreads interrupts over the processors (irqbalance(1)): its settings name those that it must leave
/// alone, and it is told when they have changed. Where it isn't there nothing is done; where it fails the log says so.
/// Safe for all threads.
final class Irqbalance {
    private static final System.Logger LOG = System.getLogger(Irqbalance.class.getName());
    private static final String NAME = "irqbalance";
    private static final String BANNED = "IRQBALANCE_BANNED_CPUS";
    private static final int MAXIMUM_BYTES = 1 << 20;
    private static final int MAXIMUM_OUTPUT_BYTES = 4096;
    private static final Duration LONGEST_RUN = Duration.ofSeconds(10);

    private final Optional<Path> settings;
    private final List<Path> programs;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    /// @param settings variables as a shell has them; empty: there are none
    /// @param programs folders where systemctl and irqbalance may be
    Irqbalance(Optional<Path> settings, List<Path> programs) {
        this.settings = settings;
        this.programs = List.copyOf(programs);
    }

    boolean hasSettings() {
        return settings.filter(Files::isRegularFile).isPresent();
    }

    /// A mask; empty where the settings have none.
    String banned() throws IOException {
        for (var line : lines()) {
            if (line.startsWith(BANNED + "=")) {
                return line.substring(BANNED.length() + 1).replace("\"", "").strip();
            }
        }
        return "";
    }

    /// Only that line changes, wherever a link leads.
    void ban(String mask) throws IOException {
        if (!hasSettings()) {
            return;
        }
        var wanted = BANNED + "=\"" + mask + "\"";
        var lines = new ArrayList<String>();
        for (var line : lines()) {
            lines.add(line.startsWith(BANNED + "=") ? wanted : line);
        }
        if (!lines.contains(wanted)) {
            lines.add(wanted);
        }
        var file = settings.orElseThrow().toRealPath();
        var temporary = Files.createTempFile(Objects.requireNonNull(file.getParent()), "." + NAME, ".new");
        try {
            Files.write(temporary, lines);
            Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(file));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private List<String> lines() throws IOException {
        if (!hasSettings()) {
            return List.of();
        }
        return NodeFile.read(settings.orElseThrow(), MAXIMUM_BYTES).lines().toList();
    }

    /// Its service is started again, which reads the settings; without one it runs once.
    ///
    /// @param mask gives the processors that it must leave alone by then
    void tell(Mask mask) throws InterruptedException {
        oneAtATime.lockInterruptibly();
        try {
            if (!isServiceTold()) {
                runOnce(mask.get());
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, NAME + " does not know of the processors that it must leave alone", e);
        } finally {
            oneAtATime.unlock();
        }
    }

    @FunctionalInterface
    interface Mask {
        String get() throws IOException;
    }

    private boolean isServiceTold() throws IOException, InterruptedException {
        var systemctl = program("systemctl");
        if (systemctl.isEmpty() || !hasSettings()) {
            return false;
        }
        var state = run(systemctl.get(), List.of("is-enabled", NAME), Map.of());
        if (!new String(state.stdout(), StandardCharsets.UTF_8).strip().equals("enabled")) {
            return false;
        }
        return isDone(run(systemctl.get(), List.of("restart", NAME), Map.of()), "systemctl restart");
    }

    private void runOnce(String mask) throws IOException, InterruptedException {
        var program = program(NAME);
        if (program.isPresent()) {
            isDone(run(program.get(), List.of("--oneshot"), Map.of(BANNED, mask)), "--oneshot");
        }
    }

    private static boolean isDone(Output output, String what) {
        if (output.timedOut() || !output.status().isSuccess()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} {1} failed: {2}",
                    NAME,
                    what,
                    new String(output.stderr(), StandardCharsets.UTF_8).strip());
            return false;
        }
        return true;
    }

    private static Output run(Path program, List<String> arguments, Map<String, String> environment)
            throws IOException, InterruptedException {
        return Spawn.of(program, arguments)
                .environment(environment)
                .run(new byte[0], LONGEST_RUN, MAXIMUM_OUTPUT_BYTES);
    }

    private Optional<Path> program(String name) {
        return programs.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
