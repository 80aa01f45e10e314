package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import java.util.ArrayList;
import java.util.List;

/// What the container runs, by Kubernetes' rules: a command replaces the image's entrypoint and its cmd, arguments
/// alone replace only the cmd.
final class CommandLine {
    private CommandLine() {}

    static List<String> of(SpecRequest request) {
        var container = request.container();
        var image = request.image().config();
        var line = new ArrayList<String>();
        if (container.getCommandCount() > 0) {
            line.addAll(container.getCommandList());
            line.addAll(container.getArgsList());
        } else {
            line.addAll(image.entrypoint());
            line.addAll(container.getArgsCount() > 0 ? container.getArgsList() : image.cmd());
        }
        return check(line, "command: neither the container nor its image names one");
    }

    /// Whether the program begins a whole system, as CRI-O tells it by its name.
    static boolean isInit(List<String> line) {
        var program = line.getFirst();
        return program.contains("/sbin/init")
                || program.substring(program.lastIndexOf('/') + 1).equals("systemd");
    }

    /// A command line that the kernel can take.
    ///
    /// @param whenEmpty the message when there is no program
    static List<String> check(List<String> line, String whenEmpty) {
        if (line.isEmpty() || line.getFirst().isEmpty()) {
            throw new Invalid(whenEmpty);
        }
        for (var word : line) {
            if (word.indexOf('\0') >= 0) {
                throw new Invalid("command, args: hold a NUL");
            }
        }
        return List.copyOf(line);
    }
}
