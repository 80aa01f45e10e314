package dev.carafe.engine.container;

import dev.carafe.engine.Invalid;
import dev.carafe.runtime.OciRuntime;
import java.util.Map;

/// The runtimes by their handlers' names. Safe for all threads.
public final class Runtimes {
    private volatile String defaultHandler;
    private final Map<String, OciRuntime> byHandler;

    public Runtimes(String defaultHandler, Map<String, OciRuntime> byHandler) {
        this.defaultHandler = defaultHandler;
        this.byHandler = Map.copyOf(byHandler);
    }

    /// From now on.
    public void useByDefault(String handler) {
        defaultHandler = handler;
    }

    /// The handler that a request means; the empty name is the default.
    public String resolve(String requested) {
        var handler = requested.isEmpty() ? defaultHandler : requested;
        if (!byHandler.containsKey(handler)) {
            throw new Invalid("no runtime handler \"" + handler + "\" is configured; there are "
                    + byHandler.keySet().stream().sorted().toList());
        }
        return handler;
    }

    /// A handler that was resolved before. It may have left the configuration since.
    public OciRuntime get(String handler) {
        var runtime = byHandler.get(handler);
        if (runtime == null) {
            throw new Invalid("runtime handler \"" + handler
                    + "\" is no longer configured; put it back to manage the containers that it started");
        }
        return runtime;
    }
}
