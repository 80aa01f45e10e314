package dev.carafe.daemon.config;

import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.oci.Platform;
import dev.carafe.runtime.CgroupManager;
import dev.carafe.runtime.RuntimeHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/// Finds the programs of the runtime handlers on this host. A handler that can't be used is left out with a
/// warning, as in CRI-O: the pods that ask for it are refused, all others run. Only the default one must be
/// there.
final class Handlers {
    /// There without being configured, when their programs are in `$PATH`.
    static final List<String> BUILT_IN = List.of("crun", "runc");

    /// As CRI-O has it.
    private static final Pattern SHIM = Pattern.compile("containerd-shim-[a-zA-Z0-9+-]+");

    /// As images name it.
    private static final String PLATFORM = "linux/" + Platform.host().architecture();

    private final Values values;
    private final Map<String, Values> configured;
    private final String defaultName;
    private final Host host;
    private final CgroupManager cgroupManager;
    private final Findings findings;

    Handlers(Configuration configuration, Host host, CgroupManager cgroupManager, Findings findings) {
        this.values = configuration.values();
        this.configured = configuration.handlers();
        this.defaultName = values.get(RuntimeKeys.DEFAULT_RUNTIME);
        this.host = host;
        this.cgroupManager = cgroupManager;
        this.findings = findings;
    }

    /// What makes a handler unusable, and where that was said.
    private static final class Unusable extends Exception {
        private final Origin origin;

        Unusable(Origin origin, String reason) {
            super(reason);
            this.origin = origin;
        }
    }

    /// The usable ones. When the default one is not among them, that is an error among the findings.
    List<RuntimeHandler> resolve() {
        var handlers = new ArrayList<RuntimeHandler>();
        Optional<Unusable> failure = Optional.empty();
        for (var name : names()) {
            try {
                handlers.add(handler(name));
            } catch (Unusable unusable) {
                if (name.equals(defaultName)) {
                    failure = Optional.of(unusable);
                } else if (configured.containsKey(name)) {
                    findings.warn(unusable.origin, "the runtime " + name + " is left out: " + unusable.getMessage());
                }
            }
        }
        failure.ifPresent(unusable -> defaultIsUnusable(unusable, handlers));
        return handlers;
    }

    private SequencedSet<String> names() {
        var names = new LinkedHashSet<>(configured.keySet());
        if (names.isEmpty()) {
            names.addAll(BUILT_IN);
        }
        names.add(defaultName);
        return names;
    }

    private void defaultIsUnusable(Unusable unusable, List<RuntimeHandler> handlers) {
        var there = new LinkedHashSet<String>();
        handlers.forEach(handler -> there.add(handler.name()));
        BUILT_IN.stream().filter(name -> host.program(name).isPresent()).forEach(there::add);
        there.remove(defaultName);
        findings.wrong(
                unusable.origin,
                "the default runtime " + defaultName + " can't be used: " + unusable.getMessage()
                        + (there.isEmpty()
                                ? "; no other runtime is there"
                                : "; set " + RuntimeKeys.DEFAULT_RUNTIME.path() + " to one that is there: "
                                        + String.join(", ", there)));
    }

    private RuntimeHandler handler(String name) throws Unusable {
        var own = configured.getOrDefault(name, new Values());
        var inherits = own.get(HandlerKeys.INHERIT_DEFAULT_RUNTIME);
        var from = inherits ? configured.getOrDefault(defaultName, new Values()) : own;
        var fromName = inherits ? defaultName : name;
        var type = from.get(HandlerKeys.RUNTIME_TYPE);
        if (type.equals("pod")) {
            throw new Unusable(
                    from.origin(HandlerKeys.RUNTIME_TYPE),
                    "Carafe does not drive conmon-rs (runtime_type \"pod\"); with \"oci\" the same runtime runs under"
                            + " conmon");
        }
        var isShim = type.equals("vm");
        var root = from.get(HandlerKeys.RUNTIME_ROOT);
        var path = runtime(from, fromName);
        if (isShim) {
            requireShim(from, path);
        }
        return new RuntimeHandler(
                name,
                path,
                Path.of(root.isEmpty() ? "/run/" + fromName : root).normalize(),
                cgroupManager,
                isShim ? path : monitor(own),
                monitorEnvironment(own),
                Duration.ofSeconds(createTimeout(own)),
                !own.get(HandlerKeys.NO_SYNC_LOG),
                values.get(RuntimeKeys.LOG_TO_JOURNALD),
                !values.get(RuntimeKeys.NO_PIVOT),
                isShim
                        ? Optional.of(new RuntimeHandler.Shim(Path.of(from.get(HandlerKeys.RUNTIME_CONFIG_PATH))))
                        : Optional.empty());
    }

    /// Anything else would be started with options that it does not know.
    private static void requireShim(Values from, Path path) throws Unusable {
        var name = String.valueOf(path.getFileName());
        if (!SHIM.matcher(name).matches()) {
            throw new Unusable(
                    from.origin(HandlerKeys.RUNTIME_TYPE),
                    "runtime_type \"vm\" is for shims, whose programs are called containerd-shim-NAME, not "
                            + Toml.shownName(name));
        }
    }

    /// What each of the resolved ones holds its containers to.
    Map<String, HandlerRules> rules(List<RuntimeHandler> resolved) {
        var rules = new LinkedHashMap<String, HandlerRules>();
        for (var handler : resolved) {
            var own = configured.getOrDefault(handler.name(), new Values());
            rules.put(
                    handler.name(),
                    new HandlerRules(
                            minimumMemory(own, handler),
                            own.get(HandlerKeys.ALLOWED_ANNOTATIONS),
                            own.get(HandlerKeys.DEFAULT_ANNOTATIONS),
                            own.get(HandlerKeys.PRIVILEGED_WITHOUT_HOST_DEVICES),
                            own.get(HandlerKeys.SECCOMP_PROFILE),
                            own.get(HandlerKeys.EXEC_CPU_AFFINITY).equals("first"),
                            handler.shim().isPresent()));
        }
        return rules;
    }

    private static long minimumMemory(Values own, RuntimeHandler handler) {
        var text = own.get(HandlerKeys.CONTAINER_MIN_MEMORY);
        if (!text.isEmpty()) {
            return Form.memoryBytes(text);
        }
        var isCrun = handler.name().equals("crun") || handler.path().endsWith("crun");
        return isCrun ? HandlerRules.MINIMUM_MEMORY_BYTES_OF_CRUN : HandlerRules.MINIMUM_MEMORY_BYTES;
    }

    /// That of this host's platform, or the one for all.
    private Path runtime(Values from, String name) throws Unusable {
        var key = HandlerKeys.PLATFORM_RUNTIME_PATHS;
        var ofPlatform = from.get(key).get(PLATFORM);
        if (ofPlatform == null) {
            return program(from, HandlerKeys.RUNTIME_PATH, name);
        }
        var path = Path.of(ofPlatform);
        if (!path.isAbsolute() || !Host.isProgram(path)) {
            throw new Unusable(
                    from.origin(key),
                    key.name() + " has for " + PLATFORM + " " + Toml.shownName(ofPlatform)
                            + ", which is no program on this host");
        }
        return path;
    }

    /// @param name what to look for in `$PATH` when no path is configured
    private Path program(Values from, Key<String> key, String name) throws Unusable {
        var configuredPath = from.get(key);
        if (configuredPath.isEmpty()) {
            return host.program(name)
                    .orElseThrow(() -> new Unusable(
                            from.origin(key), name + " is not in $PATH, and " + key.name() + " is not set"));
        }
        var path = Path.of(configuredPath);
        if (!Host.isProgram(path)) {
            throw new Unusable(
                    from.origin(key),
                    key.name() + " " + Toml.shownName(configuredPath) + " is no program on this host");
        }
        return path;
    }

    /// The deprecated key is for all handlers, and stronger.
    private Path monitor(Values own) throws Unusable {
        return values.get(RuntimeKeys.CONMON).isEmpty()
                ? program(own, HandlerKeys.MONITOR_PATH, "conmon")
                : program(values, RuntimeKeys.CONMON, "conmon");
    }

    /// The deprecated key is stronger here as well. Of a name that stands twice the last value counts.
    private Map<String, String> monitorEnvironment(Values own) {
        var forAll = values.get(RuntimeKeys.CONMON_ENV);
        var environment = new LinkedHashMap<String, String>();
        for (var variable : forAll.isEmpty() ? own.get(HandlerKeys.MONITOR_ENV) : forAll) {
            var equals = variable.indexOf('=');
            environment.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return environment;
    }

    /// [Checks] warns of what is raised here.
    private static long createTimeout(Values own) {
        var seconds = own.get(HandlerKeys.CONTAINER_CREATE_TIMEOUT);
        return seconds == 0
                ? HandlerKeys.CONTAINER_CREATE_TIMEOUT.standard()
                : Math.max(seconds, HandlerKeys.MIN_CREATE_TIMEOUT_SECONDS);
    }
}
