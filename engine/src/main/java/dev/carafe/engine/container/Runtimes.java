package dev.carafe.engine.container;

import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import dev.carafe.linux.UserNamespace;
import dev.carafe.oci.RuntimeSpec;
import dev.carafe.runtime.OciRuntime;
import dev.carafe.runtime.RuntimeHandler;
import dev.carafe.runtime.SpecField;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// The runtimes by their handlers' names. Safe for all threads.
public final class Runtimes implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Runtimes.class.getName());

    private final Function<RuntimeHandler, OciRuntime> maker;

    /// Also of handlers that have left the configuration since.
    private final Map<String, Made> made = new ConcurrentHashMap<>();

    private volatile Configured configured;

    private record Made(RuntimeHandler handler, OciRuntime runtime) {}

    private record Configured(String defaultHandler, List<RuntimeHandler> handlers) {}

    public Runtimes(String defaultHandler, List<RuntimeHandler> handlers, Function<RuntimeHandler, OciRuntime> maker) {
        this.maker = maker;
        configured = new Configured(defaultHandler, List.copyOf(handlers));
        handlers.forEach(this::make);
    }

    /// From now on. Handlers that have left keep what they had for the containers that they have.
    public synchronized void use(String defaultHandler, List<RuntimeHandler> handlers) {
        handlers.forEach(this::make);
        configured = new Configured(defaultHandler, List.copyOf(handlers));
    }

    private void make(RuntimeHandler handler) {
        var before = made.get(handler.name());
        if (before != null && before.handler.equals(handler)) {
            return;
        }
        if (before != null
                && (before.handler.shim().isPresent() || handler.shim().isPresent())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "runtime handler {0} stays as it was until a restart, since its type is or was \"vm\"",
                    handler.name());
        } else {
            made.put(handler.name(), new Made(handler, maker.apply(handler)));
        }
    }

    /// Those that are configured.
    public List<RuntimeHandler> handlers() {
        return configured.handlers;
    }

    /// The handler that a request means; the empty name is the default.
    public String resolve(String requested) {
        var now = configured;
        var handler = requested.isEmpty() ? now.defaultHandler : requested;
        var names = now.handlers.stream().map(RuntimeHandler::name).sorted().toList();
        if (!names.contains(handler)) {
            throw new Invalid("no runtime handler \"" + handler + "\" is configured; there are " + names);
        }
        return handler;
    }

    /// Whether a pod of the handler can have a user namespace, with its files in it.
    public boolean hasUserNamespaces(String handler) throws InterruptedException {
        return UserNamespace.areSupported() && get(handler).features().hasUserNamespaces();
    }

    /// @throws Unsupported says what lacks them
    public void requireUserNamespaces(String handler) throws InterruptedException {
        if (!UserNamespace.areSupported()) {
            throw new Unsupported("userns_options: this host has no user namespaces with idmapped mounts below overlays"
                    + " (Linux 5.19), or lacks unshare and nsenter");
        }
        if (!get(handler).features().hasUserNamespaces()) {
            throw new Unsupported("userns_options: the runtime of handler \"" + handler
                    + "\" does not say that it has user namespaces (its features)");
        }
    }

    /// @throws Unsupported in the word that the kubelet looks for
    public void requireRecursiveReadOnly(String handler) throws InterruptedException {
        if (!get(handler).features().hasRecursiveReadOnlyMounts()) {
            throw new Unsupported("RROUnsupported: mounts.recursive_read_only: the runtime of handler \"" + handler
                    + "\" does not say that it knows rro (its features)");
        }
    }

    /// Of what the spec asks for nothing must be left out in silence.
    ///
    /// @throws Unsupported names what the handler's runtime does not say that it knows
    void requireFields(String handler, RuntimeSpec spec) throws InterruptedException {
        var fields = newerFields(spec);
        if (fields.isEmpty()) {
            return;
        }
        fields.removeAll(get(handler).features().fields());
        if (!fields.isEmpty()) {
            throw new Unsupported("the runtime of handler \"" + handler + "\" does not say that it knows " + fields
                    + " (its features), which the container asks for");
        }
    }

    private static Set<SpecField> newerFields(RuntimeSpec spec) {
        var fields = EnumSet.noneOf(SpecField.class);
        var linux = spec.linux();
        add(fields, SpecField.INTEL_RDT, linux.intelRdt() != null);
        if (linux.intelRdt() != null) {
            add(fields, SpecField.RDT_SCHEMATA, !linux.intelRdt().schemata().isEmpty());
            add(
                    fields,
                    SpecField.RDT_MONITORING,
                    Boolean.TRUE.equals(linux.intelRdt().enableMonitoring()));
        }
        add(fields, SpecField.NET_DEVICES, !linux.movingDevices().isEmpty());
        add(fields, SpecField.MEMORY_POLICY, linux.memoryPolicy() != null);
        add(fields, SpecField.IO_PRIORITY, spec.process().ioPriority() != null);
        add(fields, SpecField.SCHEDULER, spec.process().scheduler() != null);
        return fields;
    }

    private static void add(Set<SpecField> fields, SpecField field, boolean isAsked) {
        if (isAsked) {
            fields.add(field);
        }
    }

    /// For what no record says the handler of.
    Collection<OciRuntime> all() {
        return made.values().stream().map(Made::runtime).toList();
    }

    /// A handler that was resolved before. It may have left the configuration since.
    public OciRuntime get(String handler) {
        var found = made.get(handler);
        if (found == null) {
            throw new Invalid("runtime handler \"" + handler
                    + "\" is no longer configured; put it back to manage the containers that it started");
        }
        return found.runtime;
    }

    @Override
    public void close() {
        all().forEach(OciRuntime::close);
    }
}
