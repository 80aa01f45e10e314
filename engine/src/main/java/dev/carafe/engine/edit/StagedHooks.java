package dev.carafe.engine.edit;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The hooks of one spec, gathered by their stages. For one thread.
public final class StagedHooks {
    private static final int MAXIMUM_TEXTS = 1024;
    private static final int MAXIMUM_TIMEOUT_SECONDS = 24 * 60 * 60;

    private final Map<Stage, List<RuntimeSpec.Hook>> hooks = new EnumMap<>(Stage.class);

    public StagedHooks(RuntimeSpec.@Nullable Hooks there) {
        if (there != null) {
            of(Stage.PRESTART).addAll(there.prestart());
            of(Stage.CREATE_RUNTIME).addAll(there.createRuntime());
            of(Stage.CREATE_CONTAINER).addAll(there.createContainer());
            of(Stage.START_CONTAINER).addAll(there.startContainer());
            of(Stage.POSTSTART).addAll(there.poststart());
            of(Stage.POSTSTOP).addAll(there.poststop());
        }
    }

    /// @throws IOException when no runtime could run one of them
    public void addAll(RuntimeSpec.Hooks others) throws IOException {
        addAll(Stage.PRESTART, others.prestart());
        addAll(Stage.CREATE_RUNTIME, others.createRuntime());
        addAll(Stage.CREATE_CONTAINER, others.createContainer());
        addAll(Stage.START_CONTAINER, others.startContainer());
        addAll(Stage.POSTSTART, others.poststart());
        addAll(Stage.POSTSTOP, others.poststop());
    }

    private void addAll(Stage stage, List<RuntimeSpec.Hook> others) throws IOException {
        for (var hook : others) {
            add(stage, checked(hook));
        }
    }

    void add(Stage stage, RuntimeSpec.Hook hook) {
        of(stage).add(hook);
    }

    private List<RuntimeSpec.Hook> of(Stage stage) {
        return hooks.computeIfAbsent(stage, _ -> new ArrayList<>());
    }

    /// Null when there are none.
    public RuntimeSpec.@Nullable Hooks forSpec() {
        return hooks.values().stream().allMatch(List::isEmpty)
                ? null
                : new RuntimeSpec.Hooks(
                        of(Stage.PRESTART),
                        of(Stage.CREATE_RUNTIME),
                        of(Stage.CREATE_CONTAINER),
                        of(Stage.START_CONTAINER),
                        of(Stage.POSTSTART),
                        of(Stage.POSTSTOP));
    }

    /// @throws IOException when no runtime could run it
    static RuntimeSpec.Hook checked(RuntimeSpec.Hook hook) throws IOException {
        if (!hook.path().startsWith("/") || hook.path().indexOf('\0') >= 0) {
            throw new IOException("the path of a hook must be absolute: "
                    + Path.of(hook.path().replace('\0', '?')));
        }
        if (hook.args().size() > MAXIMUM_TEXTS || hook.env().size() > MAXIMUM_TEXTS) {
            throw new IOException("a hook with more than " + MAXIMUM_TEXTS + " arguments or variables");
        }
        for (var variable : hook.env()) {
            if (variable.indexOf('=') < 1) {
                throw new IOException("a hook's env is of NAME=value, not " + variable);
            }
        }
        var timeout = hook.timeout();
        if (timeout != null && (timeout <= 0 || timeout > MAXIMUM_TIMEOUT_SECONDS)) {
            throw new IOException(
                    "a hook's timeout is of 1 to " + MAXIMUM_TIMEOUT_SECONDS + " seconds, not " + timeout);
        }
        return hook;
    }
}
