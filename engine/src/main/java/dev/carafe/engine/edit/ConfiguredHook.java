package dev.carafe.engine.edit;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A hook of a file, with when it is added and for which stages.
///
/// @param annotations a pattern of a name, with one of its value
/// @param commands patterns of the first process's program
record ConfiguredHook(
        RuntimeSpec.Hook hook,
        Set<Stage> stages,
        @Nullable Boolean always,
        Map<PosixPattern, PosixPattern> annotations,
        List<PosixPattern> commands,
        @Nullable Boolean hasBindMounts) {
    private static final int MAXIMUM_CONDITIONS = 256;

    ConfiguredHook {
        stages = Set.copyOf(stages);
        annotations = Map.copyOf(annotations);
        commands = List.copyOf(commands);
    }

    /// @throws IOException says what is wrong
    static ConfiguredHook parse(String text) throws IOException {
        var document = HookDocument.parse(text);
        var hook = document.hook();
        if (hook == null) {
            throw new IOException("hook: missing");
        }
        StagedHooks.checked(hook);
        if (!Files.isRegularFile(Path.of(hook.path()))) {
            throw new IOException("hook.path: there is no program " + hook.path() + " on this host");
        }
        var when = document.when();
        if (when == null) {
            throw new IOException("when: missing");
        }
        return of(hook, stages(document), when);
    }

    private static Set<Stage> stages(HookDocument document) throws IOException {
        var stages = EnumSet.noneOf(Stage.class);
        for (var word : document.stages() == null ? List.<String>of() : document.stages()) {
            stages.add(Stage.of(word));
        }
        if (stages.isEmpty()) {
            throw new IOException("stages: none");
        }
        return stages;
    }

    private static ConfiguredHook of(RuntimeSpec.Hook hook, Set<Stage> stages, HookDocument.When when)
            throws IOException {
        var annotations = new LinkedHashMap<PosixPattern, PosixPattern>();
        if (when.annotations() != null) {
            for (var pattern : when.annotations().entrySet()) {
                if (pattern.getValue() == null) {
                    throw new IOException("when.annotations: nothing for " + pattern.getKey());
                }
                annotations.put(PosixPattern.of(pattern.getKey()), PosixPattern.of(pattern.getValue()));
            }
        }
        var commands = new ArrayList<PosixPattern>();
        if (when.commands() != null) {
            for (var command : when.commands()) {
                commands.add(PosixPattern.of(command));
            }
        }
        if (annotations.size() > MAXIMUM_CONDITIONS || commands.size() > MAXIMUM_CONDITIONS) {
            throw new IOException("when: more than " + MAXIMUM_CONDITIONS + " annotations or commands");
        }
        if (when.always() == null && annotations.isEmpty() && commands.isEmpty() && when.hasBindMounts() == null) {
            throw new IOException("when: no condition");
        }
        return new ConfiguredHook(hook, stages, when.always(), annotations, commands, when.hasBindMounts());
    }

    /// Whether the container is one for it: a condition that is false can't be met (oci-hooks(5)).
    boolean isFor(RuntimeSpec spec, boolean bindsHost) throws IOException {
        return (always == null || always)
                && (hasBindMounts == null || (hasBindMounts && bindsHost))
                && (commands.isEmpty() || isFor(spec.process().args()))
                && isFor(spec.annotations());
    }

    private boolean isFor(List<String> command) throws IOException {
        for (var pattern : commands) {
            if (!command.isEmpty() && pattern.matches(command.getFirst())) {
                return true;
            }
        }
        return false;
    }

    private boolean isFor(Map<String, String> there) throws IOException {
        for (var wanted : annotations.entrySet()) {
            if (!hasAnnotation(there, wanted.getKey(), wanted.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasAnnotation(Map<String, String> there, PosixPattern name, PosixPattern value)
            throws IOException {
        for (var annotation : there.entrySet()) {
            if (name.matches(annotation.getKey()) && value.matches(annotation.getValue())) {
                return true;
            }
        }
        return false;
    }
}
