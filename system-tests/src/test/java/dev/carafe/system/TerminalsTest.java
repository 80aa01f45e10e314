package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.cri.v1.ContainerState;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Containers' terminals as a person sees them, in a terminal.
@Tag("system")
class TerminalsTest {
    private static String ctl(Stage stage, String... arguments) {
        return stage.daemon().ctlCommand(arguments).stream().collect(Collectors.joining(" "));
    }

    /// The shell's terminal has its rules again: it shows what is typed, line by line.
    private static void assertIsRestored(Tmux terminal) throws Exception {
        terminal.type("stty -a | tr ' ;' '\\n\\n' | grep -c -x -e icanon -e echo -e isig -e opost");
        terminal.awaitLine("4");
    }

    @ParameterizedTest
    @CsvSource({"runc,websocket", "runc,spdy", TestHost.SHIM + ",spdy"})
    void aShellInAContainerHasATerminalThatFollowsOurs(String runtime, String transport) throws Exception {
        try (var stage = Stage.set(runtime);
                var terminal = Tmux.start(stage.host().tag())) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("shell");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));

            terminal.type(ctl(stage, "exec", "-it", "--transport", transport, container, "sh"));
            terminal.awaitLine("/ #");
            terminal.type("stty size");
            terminal.awaitLine("24 80");
            terminal.useShell();
            assertIsRestored(terminal);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @CsvSource({"runc,spdy", "crun,websocket", TestHost.SHIM + ",websocket"})
    void whoIsAttachedCanLeaveAndComeBack(String runtime, String transport) throws Exception {
        try (var stage = Stage.set(runtime);
                var terminal = Tmux.start(stage.host().tag())) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("attached");
            var pod = cri.run(config);
            var shell = Cri.container("main", stage.busybox(), "sh").toBuilder()
                    .setTty(true)
                    .setStdin(true)
                    .build();
            var container = cri.createAndStart(pod, config, shell);

            var attach = ctl(stage, "attach", "-it", "--transport", transport, container);
            terminal.type("echo $$ >" + stage.host().work().resolve("shell") + "; " + attach);
            terminal.type("clear; kept=yes; echo first \"\"visit");
            terminal.awaitLine("first visit");
            // The client is the only child of the terminal's shell.
            Programs.output(
                    "pkill",
                    "-TERM",
                    "-P",
                    Programs.output("cat", stage.host().work().resolve("shell").toString())
                            .strip());
            terminal.awaitLine("/ # outer>"); // behind what the container has shown last
            terminal.type("clear; echo outer \"\"again");
            terminal.awaitLine("outer again");
            assertIsRestored(terminal);
            assertEquals(ContainerState.CONTAINER_RUNNING, cri.status(container).getState());

            terminal.type("clear; " + attach);
            terminal.type("echo kept: $kept");
            terminal.awaitLine("kept: yes");
            terminal.type("exit 0");
            terminal.awaitLine("outer>");
            terminal.type("echo code $?");
            terminal.awaitLine("code 0");
            assertEquals(0, cri.awaitExit(container).getExitCode());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }
}
